package io.kexec4j.boot;

import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.memory.HoleRequest;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.util.ArrayList;
import java.util.List;

/**
 * Places the segments of one image, one after the other: each in free RAM of the target, whole pages, within the window that
 * the user has set, and not on top of those before it. Used by one thread while an image is built.
 */
public final class SegmentPlanner {
    private final List<PhysicalRange> ram;
    private final long pageSize;
    private final PhysicalRange window;
    private final List<PhysicalRange> taken = new ArrayList<>();

    /** Linux refuses segments with more than half of the RAM, with a bare EINVAL (sanity_check_segment_list, kexec_core.c). */
    private final long half;

    private long used;

    /**
     * Starts with nothing placed.
     *
     * @param target the machine
     * @param window the memory in which all segments must lie
     */
    public SegmentPlanner(Target target, PhysicalRange window) {
        this.ram = target.memoryMap().ram();
        this.pageSize = target.pageSize();
        this.window = window;
        // Ranges that do not overlap cannot add up to more than there are addresses.
        this.half = ram.stream().mapToLong(PhysicalRange::size).sum() >>> 1;
    }

    /**
     * Places a segment.
     *
     * @param purpose what it is for, in one or two words, for messages
     * @param size number of bytes, unsigned, not 0; rounded up to whole pages
     * @param alignment of the start, a power of two; at least a page is taken
     * @param limits the range in which it must lie, besides the window
     * @param direction which of several possible places to take
     * @return where it lies
     * @throws io.kexec4j.error.NoMemoryHoleException if there is no room
     * @throws ProtocolLimitException if the segments together would take more than half of the RAM
     */
    public PhysicalRange place(String purpose, long size, long alignment, PhysicalRange limits, Direction direction) {
        PhysicalRange place = MemoryHoles.find(
                ram,
                taken,
                new HoleRequest(
                        purpose,
                        wholePages(size),
                        Math.max(alignment, pageSize),
                        maxUnsigned(limits.start(), window.start()),
                        minUnsigned(limits.end(), window.end()),
                        direction));
        taken.add(place);
        used += place.size();
        if (Long.compareUnsigned(used, half) > 0) {
            throw new ProtocolLimitException(
                    "bytes of the segments up to the %s (Linux takes half of the RAM)".formatted(purpose), used, half);
        }
        return place;
    }

    /**
     * {@return a size in whole pages of the target}
     *
     * @param size number of bytes, unsigned
     */
    public long wholePages(long size) {
        long rounded = (size + pageSize - 1) & -pageSize;
        // A size so near 2^64 that rounding wraps has no hole anyway; leave it to the allocator to say so.
        return Long.compareUnsigned(rounded, size) < 0 ? size : rounded;
    }

    private static long maxUnsigned(long a, long b) {
        return Long.compareUnsigned(a, b) > 0 ? a : b;
    }

    private static long minUnsigned(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }
}
