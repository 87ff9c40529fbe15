package io.kexec4j.linux;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a program must know to call kexec on an architecture of Linux: numbers that the kernel's {@code syscall.tbl} files and
 * include/uapi/linux/kexec.h fix for ever. There is a constant for every architecture that has kexec_load, whether or not
 * images can be built for it; Itanium, which Linux has dropped, is not among them.
 */
public enum LinuxAbi {
    /** x86 with 64 bits. */
    X86_64(62, 8, 246, 320, 169, "x86_64", "amd64"),
    /** x86 with 32 bits. */
    I386(3, 4, 283, 0, 88, "i386", "i486", "i586", "i686", "x86"),
    /** Arm with 64 bits. */
    AARCH64(183, 8, 104, 294, 142, "aarch64", "arm64"),
    /** Arm with 32 bits, EABI. */
    ARM(40, 4, 347, 401, 88, "arm", "armv5tel", "armv6l", "armv7l", "armv8l"),
    /** RISC-V with 64 bits. */
    RISCV64(243, 8, 104, 294, 142, "riscv64"),
    /** RISC-V with 32 bits. */
    RISCV32(243, 4, 104, 294, 142, "riscv32"),
    /** LoongArch with 64 bits. */
    LOONGARCH64(258, 8, 104, 294, 142, "loongarch64"),
    /** Power with 64 bits, of either byte order. */
    PPC64(21, 8, 268, 382, 88, "ppc64", "ppc64le"),
    /** PowerPC with 32 bits. */
    PPC(20, 4, 268, 382, 88, "ppc"),
    /** IBM Z with 64 bits. */
    S390X(22, 8, 277, 381, 88, "s390x"),
    /** MIPS with 64 bits, n64, of either byte order. */
    MIPS64(8, 8, 5270, 0, 5164, "mips64", "mips64el"),
    /** MIPS with 32 bits, o32, of either byte order. */
    MIPS(8, 4, 4311, 0, 4088, "mips", "mipsel"),
    /** PA-RISC with 64 bits. */
    PARISC64(15, 8, 300, 355, 88, "parisc64"),
    /** PA-RISC with 32 bits. */
    PARISC(15, 4, 300, 355, 88, "parisc"),
    /** Motorola 68000. */
    M68K(4, 4, 313, 0, 88, "m68k"),
    /** SuperH. */
    SH(42, 4, 283, 0, 88, "sh4", "sh4a", "sh");

    private final int kexecArch;
    private final int pointerSize;
    private final int kexecLoad;
    private final int kexecFileLoad;
    private final int reboot;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> names;

    LinuxAbi(int kexecArch, int pointerSize, int kexecLoad, int kexecFileLoad, int reboot, String... names) {
        this.kexecArch = kexecArch;
        this.pointerSize = pointerSize;
        this.kexecLoad = kexecLoad;
        this.kexecFileLoad = kexecFileLoad;
        this.reboot = reboot;
        this.names = List.of(names);
    }

    /**
     * {@return the interface of an architecture, if it has kexec}
     *
     * @param name as in Java's {@code os.arch} (which tells how this JVM was built, and so which numbers it must use) or as in
     *     {@code uname -m}
     */
    public static Optional<LinuxAbi> byName(String name) {
        return Arrays.stream(values()).filter(abi -> abi.names.contains(name)).findFirst();
    }

    /**
     * {@return its names: what {@code uname -m} prints, and what Java's {@code os.arch} is}
     */
    public List<String> names() {
        return names;
    }

    /**
     * {@return {@code KEXEC_ARCH_*}, to be shifted by 16 in the flags of kexec_load}
     */
    public int kexecArch() {
        return kexecArch;
    }

    /**
     * {@return the size of a pointer and of a {@code long} in bytes, 4 or 8}
     */
    public int pointerSize() {
        return pointerSize;
    }

    /**
     * {@return the number of the system call kexec_load}
     */
    public int kexecLoad() {
        return kexecLoad;
    }

    /**
     * {@return the number of the system call kexec_file_load, if it has one; most architectures that have a number have no
     *     implementation behind it}
     */
    public OptionalInt kexecFileLoad() {
        return kexecFileLoad == 0 ? OptionalInt.empty() : OptionalInt.of(kexecFileLoad);
    }

    /**
     * {@return whether some release of Linux implements kexec_file_load on the architecture (7.2 or older)}
     */
    public boolean hasFileLoad() {
        return switch (this) {
            case X86_64, AARCH64, RISCV64, LOONGARCH64, PPC64, S390X, PARISC64, PARISC -> true;
            case I386, ARM, RISCV32, PPC, MIPS64, MIPS, M68K, SH -> false;
        };
    }

    /** Whether {@code KEXEC_UPDATE_ELFCOREHDR} means anything to a kernel that knows it. */
    boolean hasElfcorehdrFlag() {
        return this == X86_64 || this == I386;
    }

    /** {@code O_RDONLY | O_CLOEXEC} for open(2). */
    int openReadOnly() {
        return this == PARISC || this == PARISC64 ? 0x20_0000 : 0x8_0000;
    }

    /**
     * {@return the number of the system call reboot}
     */
    public int reboot() {
        return reboot;
    }
}
