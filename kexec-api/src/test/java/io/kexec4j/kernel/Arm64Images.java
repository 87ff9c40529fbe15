package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes an arm64 Image that no CPU could run: a header, an EFI program of one section if wanted, any bytes as code. What is not set
 * is as in a kernel of Debian.
 */
public final class Arm64Images {
    /** A field of the header. */
    record Field(String name, int offset, int size) {}

    static final List<Field> FIELDS = List.of(
            new Field("code0", 0, 4),
            new Field("code1", 4, 4),
            new Field("text_offset", 8, 8),
            new Field("image_size", 0x10, 8),
            new Field("flags", 0x18, 8),
            new Field("res2", 0x20, 8),
            new Field("res3", 0x28, 8),
            new Field("res4", 0x30, 8),
            new Field("magic", 0x38, 4),
            new Field("pe_offset", 0x3c, 4));

    /** Where the certificate table is named, in an EFI program. */
    static final int CERTIFICATES = 0x40 + 24 + 112 + 4 * 8;

    private static final int CODE = 0x1000;
    private static final int OPTIONAL_HEADER = 160;

    private final Map<String, Long> values = new LinkedHashMap<>();
    private byte[] code = Streams.sample(0x2000, 5);
    private byte[] certificates = {};
    private boolean efi = true;

    public Arm64Images() {
        set("code0", 0xfa405a4dL).set("code1", 0x14000000L + CODE / 4).set("image_size", 0x10000);
        set("flags", 0xa).set("magic", 0x644d5241).set("pe_offset", 0x40);
    }

    /** Without an EFI stub. */
    static Arm64Images plain() {
        Arm64Images image = new Arm64Images();
        image.efi = false;
        return image.set("code0", 0x14000000L + CODE / 4).set("code1", 0).set("pe_offset", 0);
    }

    public Arm64Images set(String name, long value) {
        values.put(name, value);
        return this;
    }

    public Arm64Images code(byte[] bytes) {
        code = bytes.clone();
        return this;
    }

    Arm64Images certificates(byte[] bytes) {
        certificates = bytes.clone();
        return this;
    }

    public byte[] bytes() {
        int end = CODE + code.length;
        ByteBuffer file = ByteBuffer.allocate(end + certificates.length).order(ByteOrder.LITTLE_ENDIAN);
        if (efi) {
            efiProgram(file, end);
        }
        for (Field field : FIELDS) {
            long value = values.getOrDefault(field.name, 0L);
            for (int i = 0; i < field.size; i++) {
                file.put(field.offset + i, (byte) (value >>> (8 * i)));
            }
        }
        return file.put(CODE, code).put(end, certificates).array();
    }

    private void efiProgram(ByteBuffer file, int end) {
        file.put(0x40, new byte[] {'P', 'E', 0, 0}).putShort(0x44, (short) 0xaa64);
        file.putShort(0x46, (short) 1).putShort(0x54, (short) OPTIONAL_HEADER);
        file.putShort(0x58, (short) 0x20b).putInt(0x58 + 108, 6);
        if (certificates.length > 0) {
            file.putInt(CERTIFICATES, end).putInt(CERTIFICATES + 4, certificates.length);
        }
        int section = 0x58 + OPTIONAL_HEADER;
        file.put(section, ".text".getBytes(StandardCharsets.US_ASCII));
        file.putInt(section + 8, code.length).putInt(section + 16, code.length).putInt(section + 20, CODE);
    }

    public Content content() {
        return Content.of(bytes());
    }

    /** An EFI zboot image: the header of 64 bytes, then the payload, then the size of what it holds. */
    static byte[] zboot(String name, Compression compression, byte[] kernel) throws IOException {
        byte[] payload = Streams.compress(compression, kernel);
        byte[] size = compression == Compression.GZIP ? new byte[0] : Streams.word(kernel.length);
        return Streams.concat(zbootHeader(name, 0x40, payload.length), payload, size, new byte[7]);
    }

    static byte[] zbootHeader(String name, int offset, int size) {
        ByteBuffer header = ByteBuffer.allocate(0x40).order(ByteOrder.LITTLE_ENDIAN);
        header.put(0, "MZ\0\0zimg".getBytes(StandardCharsets.US_ASCII));
        header.putInt(8, offset).putInt(12, size);
        header.put(0x18, name.getBytes(StandardCharsets.US_ASCII));
        return header.putInt(0x38, 0x818223cd).array();
    }

    /** As the build of Linux does to a kernel before it compresses it. */
    static byte[] padded(byte[] kernel, int size) {
        return Arrays.copyOf(kernel, size);
    }
}
