package io.kexec4j.linux;

import java.util.Arrays;
import java.util.Optional;

/** The error numbers that the calls of this module give, from the kernel's errno-base.h and errno.h. */
enum Errno {
    EPERM(1),
    ENOENT(2),
    EINTR(4),
    EIO(5),
    ENOEXEC(8),
    EBADF(9),
    ENOMEM(12),
    EACCES(13),
    EFAULT(14),
    EBUSY(16),
    ENODEV(19),
    EINVAL(22),
    ETXTBSY(26),
    EFBIG(27),
    ENOSPC(28),
    EROFS(30),
    ENOSYS(38, 89, 251),
    ENODATA(61, 61, 51),
    ENOPKG(65, 65, 55),
    EBADMSG(74, 77, 67),
    ELIBBAD(80, 84, 171),
    EOPNOTSUPP(95, 122, 223),
    EADDRNOTAVAIL(99, 126, 227),
    ENOKEY(126, 161, 184),
    EKEYREJECTED(129, 164, 187);

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

    /** The number of one of the first 34, on any architecture. */
    int shared() {
        if (generic != mips || generic != parisc) {
            throw new IllegalStateException(name() + " is not the same number everywhere");
        }
        return generic;
    }

    /** The name of a number in messages. */
    static String label(int number, LinuxAbi abi) {
        return of(number, abi).map(Errno::name).orElse("error number " + number);
    }

    /** What a number means on an architecture, if it is one of these. */
    static Optional<Errno> of(int number, LinuxAbi abi) {
        return Arrays.stream(values())
                .filter(errno -> errno.number(abi) == number)
                .findFirst();
    }
}
