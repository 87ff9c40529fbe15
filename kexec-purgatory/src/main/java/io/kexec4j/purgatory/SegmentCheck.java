package io.kexec4j.purgatory;

/**
 * What the purgatory verifies about one segment of an image before it starts the kernel: that the content has its digest,
 * and that the memory behind the content is zero. The zeros are compared, not hashed, so a large .bss costs little.
 *
 * @param name what messages call the segment: 1 to {@value #MAX_NAME_LENGTH} printable ASCII characters
 * @param start physical address of the segment, unsigned, a multiple of 4 (the digest is computed in 32-bit words; a segment
 *     starts at a page anyway)
 * @param contentSize size of the content in bytes, unsigned, 0 if all of the segment is zero
 * @param memorySize size of the segment in bytes, unsigned, at least {@code contentSize}. The whole range must lie below
 *     2<sup>64</sup>&nbsp;-&nbsp;1.
 * @param digest digest of the content, without the zeros behind it
 */
public record SegmentCheck(String name, long start, long contentSize, long memorySize, Sha256 digest) {
    /** The longest name that has room in the purgatory's parameters. */
    public static final int MAX_NAME_LENGTH = 23;

    private static final int WORD = 4;

    /**
     * Checks the values against each other.
     *
     * @param name what messages call the segment
     * @param start physical address
     * @param contentSize size of the content in bytes
     * @param memorySize size of the segment in bytes
     * @param digest digest of the content
     * @throws IllegalArgumentException if one is outside its range, if the content is larger than the segment, or if the
     *     segment would wrap around the end of the address space
     */
    public SegmentCheck {
        if (name.isEmpty() || name.length() > MAX_NAME_LENGTH || !name.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException(
                    "the name of a segment must be 1 to %d printable ASCII characters: \"%s\""
                            .formatted(MAX_NAME_LENGTH, name));
        }
        if (start % WORD != 0) {
            throw new IllegalArgumentException(
                    "segment %s starts at 0x%x, which is not a multiple of %d".formatted(name, start, WORD));
        }
        if (Long.compareUnsigned(contentSize, memorySize) > 0) {
            throw new IllegalArgumentException("segment %s has 0x%x bytes of content, but only 0x%x bytes of memory"
                    .formatted(name, contentSize, memorySize));
        }
        if (Long.compareUnsigned(start + memorySize, start) < 0) {
            throw new IllegalArgumentException("segment %s of 0x%x bytes at 0x%x wraps around the end of memory"
                    .formatted(name, memorySize, start));
        }
    }

    /** The other range is not empty and does not wrap, but may end with the last address. */
    boolean overlaps(long otherStart, long size) {
        return Long.compareUnsigned(start, otherStart + (size - 1)) <= 0
                && Long.compareUnsigned(otherStart, start + memorySize) < 0;
    }
}
