package io.kexec4j.linux;

import java.util.Arrays;
import java.util.Optional;

/** The error numbers that kexec_load and reboot give, from the kernel's errno-base.h and errno.h. */
enum Errno {
    EPERM(1),
    EIO(5),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    EINVAL(22),
    ETXTBSY(26),
    ENOSYS(38, 89, 251),
    EADDRNOTAVAIL(99, 125, 228);

    private final int generic;
    private final int mips;
    private final int parisc;

    /** One of the first 34, which every architecture shares. */
    Errno(int number) {
        this(number, number, number);
    }

    Errno(int generic, int mips, int parisc) {
        this.generic = generic;
        this.mips = mips;
        this.parisc = parisc;
    }

    /** The number on an architecture. */
    int number(LinuxAbi abi) {
        return switch (abi) {
            case MIPS, MIPS64 -> mips;
            case PARISC, PARISC64 -> parisc;
            default -> generic;
        };
    }

    /** What a number means on an architecture, if it is one of these. */
    static Optional<Errno> of(int number, LinuxAbi abi) {
        return Arrays.stream(values())
                .filter(errno -> errno.number(abi) == number)
                .findFirst();
    }
}
