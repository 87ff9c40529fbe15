package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.memory.PhysicalRange;
import java.util.List;

/**
 * A part of a kernel and the place that it was linked for.
 *
 * @param range where it lies in physical memory; need not be aligned
 * @param content its first bytes, at most as many as the range has; the rest is zero
 */
public record LoadSegment(PhysicalRange range, Content content) {
    /**
     * Checks the sizes.
     *
     * @param range where it lies
     * @param content its first bytes
     * @throws IllegalArgumentException if there is more content than memory
     */
    public LoadSegment {
        if (Long.compareUnsigned(content.size(), range.size()) > 0) {
            throw new IllegalArgumentException(
                    "0x%x bytes of content do not fit into %s".formatted(content.size(), range));
        }
    }

    /**
     * {@return this at another place}
     *
     * @param distance how far it is moved, modulo 2<sup>64</sup>
     * @throws IllegalArgumentException if it would wrap there
     */
    public LoadSegment movedBy(long distance) {
        return new LoadSegment(PhysicalRange.ofSize(range.start() + distance, range.size()), content);
    }

    /**
     * Cuts segments into pieces of whole pages, as kexec_load wants them: what shares a page with its neighbour becomes one piece
     * with it, and what is in a page but in no segment becomes zero. Every byte of memory is what it was.
     *
     * @param segments segments that do not overlap, in any order
     * @param pageSize the size of a page in bytes: a power of two, at most 64 KiB
     * @return the pieces in ascending order; each begins and ends at a page, and no two share one. At most as many as there are
     *     segments
     * @throws IllegalArgumentException if the page size is none, if segments overlap, or if one lies in the last 64 KiB of the
     *     address space, which no machine has
     */
    public static List<LoadSegment> pages(List<LoadSegment> segments, long pageSize) {
        return PagePieces.of(segments, pageSize);
    }
}
