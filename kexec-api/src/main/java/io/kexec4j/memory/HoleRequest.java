package io.kexec4j.memory;

/**
 * How much memory is needed, and where it may lie.
 *
 * @param purpose what it is for, in one or two words, for messages
 * @param size number of bytes, unsigned, not 0
 * @param alignment of the start, a power of two
 * @param min the lowest address it may have, unsigned
 * @param max the address that its end must not exceed, unsigned
 * @param direction which of several possible places to take
 */
public record HoleRequest(String purpose, long size, long alignment, long min, long max, Direction direction) {
    /** No upper limit, for {@link #max}. */
    public static final long NO_LIMIT = -1;

    /** Which of several possible places to take. */
    public enum Direction {
        /** The lowest. */
        BOTTOM_UP,
        /** The highest. */
        TOP_DOWN
    }

    /**
     * Checks the numbers.
     *
     * @param purpose what it is for
     * @param size number of bytes
     * @param alignment of the start
     * @param min the lowest address
     * @param max the address that its end must not exceed
     * @param direction which of several possible places to take
     * @throws IllegalArgumentException if the size is 0 or the alignment no power of two
     */
    public HoleRequest {
        if (size == 0) {
            throw new IllegalArgumentException("a hole for %s must have a size".formatted(purpose));
        }
        if (Long.bitCount(alignment) != 1) {
            throw new IllegalArgumentException(
                    "the alignment of %s must be a power of two: 0x%x".formatted(purpose, alignment));
        }
    }

    /** Says the request in words, with its numbers. */
    @Override
    public String toString() {
        return "%s: 0x%x bytes, aligned to 0x%x, within [0x%x, 0x%x), as %s as possible"
                .formatted(purpose, size, alignment, min, max, direction == Direction.TOP_DOWN ? "high" : "low");
    }
}
