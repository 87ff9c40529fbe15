package io.kexec4j.boot.x86;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Images of a bzImage that is entered in 64-bit mode, and what they are read with. */
abstract class Linux64Images {
    static final Content INITRD = Content.of("an initrd".getBytes(StandardCharsets.US_ASCII));

    static final List<BootParamsField> LOADERS_OWN = List.of(
            BootParamsField.TYPE_OF_LOADER,
            BootParamsField.LOADFLAGS,
            BootParamsField.CMD_LINE_PTR,
            BootParamsField.SETUP_DATA);

    static final List<BootParamsField> FROM_THE_MACHINE = List.of(
            BootParamsField.EXT_MEM_K,
            BootParamsField.ALT_MEM_K,
            BootParamsField.E820_ENTRIES,
            BootParamsField.E820_TABLE);
    static final List<BootParamsField> HANDED_ON = List.of(
            BootParamsField.SCREEN_INFO,
            BootParamsField.ACPI_RSDP_ADDR,
            BootParamsField.HARDWARE_SUBARCH,
            BootParamsField.EDD_MBR_SIG_BUFFER,
            BootParamsField.EDDBUF);

    /** {@code cl_magic} and {@code cl_offset} in screen_info are about the command line of the running kernel. */
    static boolean isOldCommandLine(int offset) {
        return 0x20 <= offset && offset < 0x24;
    }

    static final List<BootParamsField> COUNTS_OF_DISKS =
            List.of(BootParamsField.EDDBUF_ENTRIES, BootParamsField.EDD_MBR_SIG_BUF_ENTRIES);

    static boolean isIn(List<BootParamsField> fields, int offset) {
        return fields.stream().anyMatch(field -> field.offset() <= offset && offset < field.offset() + field.size());
    }

    static KexecImageBuilder builder(Target target) throws IOException {
        return KexecImageBuilder.forTarget(target)
                .kernel(TinyKernel.read().kernel())
                .random(bytes -> Arrays.fill(bytes, (byte) 0x5e));
    }

    static BootParams bootParams(KexecImage image) throws IOException {
        return BootParams.parse(
                image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().content().slice(0, BootParams.SIZE));
    }

    static ByteBuffer at(KexecImage image, long address) {
        Segment segment = image.segments().stream()
                .filter(candidate -> candidate.range().contains(address))
                .findFirst()
                .orElseThrow();
        ByteBuffer bytes = segment.content().slices().get(0).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.position((int) (address - segment.range().start())).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    static String commandLine(KexecImage image) throws IOException {
        BootParams params = bootParams(image);
        ByteBuffer bytes = at(
                image, params.get(BootParamsField.CMD_LINE_PTR) | params.get(BootParamsField.EXT_CMD_LINE_PTR) << 32);
        StringBuilder text = new StringBuilder();
        for (byte b = bytes.get(); b != 0; b = bytes.get()) {
            text.append((char) b);
        }
        return text.toString();
    }
}
