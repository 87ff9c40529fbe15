package io.kexec4j.purgatory;

/**
 * A copy that the purgatory makes after its checks and before it starts the kernel: of memory that the kernel needs for itself, but
 * that somebody wants to see as the old one left it. A kernel that is started to dump the memory of a crashed one, and that must have
 * some at low addresses, finds there what it likes, and the dump has the copy for the original.
 *
 * @param source physical address of the memory to copy, unsigned
 * @param target physical address of the copy, unsigned. It is written after the checks: a segment that is there may be checked
 * @param size size of both in bytes, unsigned, not 0. It is fastest where both addresses are multiples of 8
 */
public record BackupCopy(long source, long target, long size) {
    /**
     * Checks the values against each other.
     *
     * @param source physical address of the memory to copy
     * @param target physical address of the copy
     * @param size size of both in bytes
     * @throws IllegalArgumentException if the size is 0, if one range reaches beyond the last address, or if they overlap
     */
    public BackupCopy {
        if (size == 0) {
            throw new IllegalArgumentException("a copy of 0x%x to 0x%x must not be empty".formatted(source, target));
        }
        verifyEnds(source, size);
        verifyEnds(target, size);
        if (overlap(source, size, target, size)) {
            throw new IllegalArgumentException(
                    "a copy of 0x%x bytes at 0x%x to 0x%x would overlap its source".formatted(size, source, target));
        }
    }

    private static void verifyEnds(long start, long size) {
        if (Long.compareUnsigned(last(start, size), start) < 0) {
            throw new IllegalArgumentException(
                    "0x%x bytes to copy at 0x%x reach beyond the last address".formatted(size, start));
        }
    }

    /** Whether a range that is not empty and does not reach beyond the last address has a byte of the source or of the copy. */
    boolean overlaps(long start, long rangeSize) {
        return overlap(source, size, start, rangeSize) || overlap(target, size, start, rangeSize);
    }

    private static boolean overlap(long start, long size, long otherStart, long otherSize) {
        return Long.compareUnsigned(start, last(otherStart, otherSize)) <= 0
                && Long.compareUnsigned(otherStart, last(start, size)) <= 0;
    }

    private static long last(long start, long size) {
        return start + (size - 1);
    }
}
