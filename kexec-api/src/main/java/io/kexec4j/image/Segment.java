package io.kexec4j.image;

import io.kexec4j.bytes.Content;
import io.kexec4j.memory.PhysicalRange;

/**
 * A stretch of memory as the second kernel shall find it: {@code struct kexec_segment} with its meaning.
 *
 * @param role what it is for
 * @param range where it lies ({@code mem}, {@code memsz})
 * @param content its first bytes ({@code buf}, {@code bufsz}), at most as many as the range has; the rest is zero
 * @param reason why it lies there, in words for people
 */
public record Segment(SegmentRole role, PhysicalRange range, Content content, String reason) {
    /**
     * Checks the sizes.
     *
     * @param role what it is for
     * @param range where it lies
     * @param content its first bytes
     * @param reason why it lies there
     * @throws IllegalArgumentException if there is more content than memory
     */
    public Segment {
        if (Long.compareUnsigned(content.size(), range.size()) > 0) {
            throw new IllegalArgumentException("the %s has 0x%x bytes of content, but its range %s only 0x%x"
                    .formatted(role.label(), content.size(), range, range.size()));
        }
    }

    /**
     * {@return this segment with other content}
     *
     * @param other the content, not larger than the range
     */
    public Segment withContent(Content other) {
        return new Segment(role, range, other, reason);
    }
}
