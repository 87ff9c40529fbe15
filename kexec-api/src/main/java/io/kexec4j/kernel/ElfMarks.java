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
        return MultibootMarks.version1(marks).isPresent()
                ? " with a multiboot header"
                : MultibootMarks.version2(marks).isPresent() ? " with a multiboot2 header" : "";
    }
}
