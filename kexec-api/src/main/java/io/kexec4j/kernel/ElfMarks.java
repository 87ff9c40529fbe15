package io.kexec4j.kernel;

import java.util.Map;

/** Describes an ELF file by its header. */
final class ElfMarks {
    private static final Map<Integer, String> TYPES =
            Map.of(1, "relocatable object", 2, "executable", 3, "shared object", 4, "core dump");
    private static final Map<Integer, String> MACHINES = Map.of(
            3,
            "i386",
            8,
            "MIPS",
            20,
            "ppc",
            21,
            "ppc64",
            22,
            "s390x",
            40,
            "arm",
            62,
            "x86_64",
            183,
            "arm64",
            243,
            "RISC-V",
            258,
            "LoongArch");
    private static final int ET_EXEC = 2;
    private static final int ET_DYN = 3;

    private static final long MULTIBOOT_MAGIC = 0x1bad_b002L;
    private static final int MULTIBOOT_SEARCH = 8192;
    private static final long MULTIBOOT2_MAGIC = 0xe852_50d6L;
    private static final int MULTIBOOT2_SEARCH = 32768;

    private ElfMarks() {}

    static String describe(Marks marks) {
        boolean big = marks.u8(5) == 2;
        Marks ordered = big ? marks.bigEndian() : marks;
        int type = ordered.u16(0x10);
        return describe(marks.u8(4) == 2, big, type, ordered.u16(0x12))
                + multiboot(marks)
                + (type == ET_EXEC || type == ET_DYN ? ", perhaps a vmlinux" : ", not a kernel");
    }

    static String describe(boolean wide, boolean big, int type, int machine) {
        return "%s %s-endian ELF %s for %s"
                .formatted(
                        wide ? "a 64-bit" : "a 32-bit",
                        big ? "big" : "little",
                        TYPES.getOrDefault(type, "file of type " + type),
                        MACHINES.getOrDefault(machine, "machine " + machine));
    }

    private static String multiboot(Marks marks) {
        for (int offset = 0; offset < MULTIBOOT_SEARCH; offset += Integer.BYTES) {
            if (marks.u32(offset) == MULTIBOOT_MAGIC && sumIsZero(marks, offset, 3)) {
                return " with a multiboot header";
            }
        }
        for (int offset = 0; offset < MULTIBOOT2_SEARCH; offset += Long.BYTES) {
            if (marks.u32(offset) == MULTIBOOT2_MAGIC && sumIsZero(marks, offset, 4)) {
                return " with a multiboot2 header";
            }
        }
        return "";
    }

    private static boolean sumIsZero(Marks marks, int offset, int words) {
        long sum = 0;
        for (int i = 0; i < words; i++) {
            sum += marks.u32(offset + (long) i * Integer.BYTES);
        }
        return (int) sum == 0;
    }
}
