package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a bzImage that no CPU could run: a header as the protocol version has it, and any bytes as code. What is not set is
 * as in a kernel of Debian.
 *
 * <pre>{@code
 * byte[] old = new BzImageBuilder().version(0x0206).bytes();
 * Content small = new BzImageBuilder().code(new byte[0x3000]).set("init_size", 0x10000).content();
 * }</pre>
 */
public final class BzImageBuilder {
    /** "HdrS". */
    private static final long MAGIC = 0x53726448;

    private final Map<String, Field> fields = new LinkedHashMap<>();
    private final Map<Integer, byte[]> patches = new LinkedHashMap<>();
    private byte[] code = new byte[0x2000];

    /**
     * A field of {@code struct setup_header}.
     *
     * @param name its name in the kernel
     * @param offset where it is in the file
     * @param size its size in bytes
     * @param since the first protocol version that has it
     * @param value what is written
     */
    public record Field(String name, int offset, int size, int since, long value) {
        private Field with(long changed) {
            return new Field(name, offset, size, since, changed);
        }
    }

    public BzImageBuilder() {
        field(0x1f1, 1, 0x200, "setup_sects", 4);
        field(0x1f2, 2, 0x200, "root_flags", 1);
        field(0x1f4, 4, 0x200, "syssize", 0x200);
        field(0x1f8, 2, 0x200, "ram_size", 0);
        field(0x1fa, 2, 0x200, "vid_mode", 0xffff);
        field(0x1fc, 2, 0x200, "root_dev", 0);
        field(0x1fe, 2, 0x200, "boot_flag", 0xaa55);
        field(0x200, 1, 0x200, "jump", 0xeb);
        field(0x201, 1, 0x200, "jump_target", 0); // version() sets it
        field(0x202, 4, 0x200, "header", MAGIC);
        field(0x206, 2, 0x200, "version", 0); // version() sets it
        field(0x208, 4, 0x200, "realmode_swtch", 0);
        field(0x20c, 2, 0x200, "start_sys_seg", 0x1000);
        field(0x20e, 2, 0x200, "kernel_version", 0);
        field(0x210, 1, 0x200, "type_of_loader", 0);
        field(0x211, 1, 0x200, "loadflags", 1);
        field(0x212, 2, 0x200, "setup_move_size", 0x8000);
        field(0x214, 4, 0x200, "code32_start", 0x100000);
        field(0x218, 4, 0x200, "ramdisk_image", 0);
        field(0x21c, 4, 0x200, "ramdisk_size", 0);
        field(0x220, 4, 0x200, "bootsect_kludge", 0);
        field(0x224, 2, 0x201, "heap_end_ptr", 0x5320);
        field(0x226, 1, 0x202, "ext_loader_ver", 0);
        field(0x227, 1, 0x202, "ext_loader_type", 0);
        field(0x228, 4, 0x202, "cmd_line_ptr", 0);
        field(0x22c, 4, 0x203, "initrd_addr_max", 0x7fffffff);
        field(0x230, 4, 0x205, "kernel_alignment", 0x200000);
        field(0x234, 1, 0x205, "relocatable_kernel", 1);
        field(0x235, 1, 0x20a, "min_alignment", 21);
        field(0x236, 2, 0x20c, "xloadflags", 0x7f);
        field(0x238, 4, 0x206, "cmdline_size", 2047);
        field(0x23c, 4, 0x207, "hardware_subarch", 0);
        field(0x240, 8, 0x207, "hardware_subarch_data", 0);
        field(0x248, 4, 0x208, "payload_offset", 0);
        field(0x24c, 4, 0x208, "payload_length", 0);
        field(0x250, 8, 0x209, "setup_data", 0);
        field(0x258, 8, 0x20a, "pref_address", 0x1000000);
        field(0x260, 4, 0x20a, "init_size", 0x100000);
        field(0x264, 4, 0x20b, "handover_offset", 0);
        field(0x268, 4, 0x20f, "kernel_info_offset", 0);
        version(0x020f);
    }

    private void field(int offset, int size, int since, String name, long value) {
        fields.put(name, new Field(name, offset, size, since, value));
    }

    /** The fields that the header has, in order. */
    public List<Field> fields() {
        return fields.values().stream().filter(this::isPresent).toList();
    }

    private boolean isPresent(Field field) {
        return field.since() == 0x200 || field.since() <= value("version");
    }

    /** What a field is set to. */
    public long value(String name) {
        return named(name).value();
    }

    /** Sets any field, also to what it must not be; the value is cut to its size. */
    public BzImageBuilder set(String name, long value) {
        fields.put(name, named(name).with(value));
        return this;
    }

    private Field named(String name) {
        Field field = fields.get(name);
        if (field == null) {
            throw new IllegalArgumentException(name);
        }
        return field;
    }

    /** Sets the version, and lets the header end behind the last field that it has. */
    public BzImageBuilder version(int version) {
        set("version", version);
        int end = 0;
        for (Field field : fields()) {
            end = Math.max(end, field.offset() + field.size());
        }
        return headerEnd(end);
    }

    /** Sets where the header ends. */
    public BzImageBuilder headerEnd(int end) {
        return set("jump_target", end - 0x202);
    }

    /** Sets the protected-mode code. */
    public BzImageBuilder code(byte[] bytes) {
        code = bytes.clone();
        return this;
    }

    /** Puts a version string into the setup code. */
    public BzImageBuilder versionString(String version) {
        int offset = 0x300;
        patch(offset, (version + "\0").getBytes(StandardCharsets.ISO_8859_1));
        return set("kernel_version", offset - 0x200);
    }

    /** Puts a payload into the code, and points to it. */
    public BzImageBuilder payload(int offset, byte[] payload) {
        System.arraycopy(payload, 0, code, offset, payload.length);
        return set("payload_offset", offset).set("payload_length", payload.length);
    }

    /** Puts a kernel_info into the code, and points to it. */
    public BzImageBuilder kernelInfo(int offset, String magic, int size, int sizeTotal, int setupTypeMax) {
        ByteBuffer info = ByteBuffer.wrap(code, offset, 16).order(ByteOrder.LITTLE_ENDIAN);
        info.put(magic.getBytes(StandardCharsets.ISO_8859_1));
        info.putInt(size).putInt(sizeTotal).putInt(setupTypeMax);
        return set("kernel_info_offset", offset);
    }

    /** Overwrites bytes of the file. */
    public BzImageBuilder patch(int offset, byte[] bytes) {
        patches.put(offset, bytes.clone());
        return this;
    }

    /** The file. */
    public byte[] bytes() {
        int setupSects = (int) (value("setup_sects") & 0xff);
        int setupSize = ((setupSects == 0 ? 4 : setupSects) + 1) * 512;
        ByteBuffer file = ByteBuffer.allocate(setupSize + code.length).order(ByteOrder.LITTLE_ENDIAN);
        for (Field field : fields()) {
            for (int i = 0; i < field.size(); i++) {
                file.put(field.offset() + i, (byte) (field.value() >>> (8 * i)));
            }
        }
        patches.forEach(file::put);
        return file.put(setupSize, code).array();
    }

    /** The file, as content. */
    public Content content() {
        return Content.of(bytes());
    }
}
