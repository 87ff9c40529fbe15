package io.kexec4j.kernel;

import java.util.Optional;

/** Tells what a file is that begins as an EFI program does. */
final class PeMarks {
    /** {@code LINUX_PE_MAGIC} at 0x38: a kernel with an EFI stub, for architectures whose own header has no magic number. */
    private static final long LINUX_PE_MAGIC = 0x8182_23cdL;

    private static final int COFF_HEADER = 24;
    private static final int SECTION_HEADER = 40;
    private static final int NAME_START = 0x18;
    private static final int NAME_END = 0x38;

    private PeMarks() {}

    static Optional<Identification> identify(Marks marks) {
        if (marks.has(4, "zimg")) {
            return KernelFiles.found(
                    KernelFormat.EFI_ZBOOT, "an EFI zboot image (compressed with %s)".formatted(compressor(marks)));
        }
        if (marks.u32(0x38) == LINUX_PE_MAGIC) {
            return KernelFiles.found(KernelFormat.LOONGARCH_IMAGE, "a LoongArch Image");
        }
        long pe = marks.u32(0x3c);
        if (!marks.has(pe, "PE\0\0")) {
            return Optional.empty();
        }
        int sections = marks.u16(pe + 6);
        long table = pe + COFF_HEADER + marks.u16(pe + 20);
        for (int i = 0; i < sections; i++) {
            if (marks.has(table + (long) i * SECTION_HEADER, ".linux\0\0")) {
                return KernelFiles.found(KernelFormat.UKI, "a unified kernel image (UKI)");
            }
        }
        return KernelFiles.found(KernelFormat.PE, "an EFI or Windows program (PE) without a section .linux");
    }

    private static String compressor(Marks marks) {
        StringBuilder name = new StringBuilder();
        for (int offset = NAME_START; offset < NAME_END; offset++) {
            int c = marks.u8(offset);
            if (c <= ' ' || c >= 0x7f) {
                break;
            }
            name.append((char) c);
        }
        return name.isEmpty() ? "an unknown method" : name.toString();
    }
}
