package io.kexec4j.memory;

import java.util.Collection;

/**
 * A range of physical memory, half-open: {@code start} belongs to it, {@code end} does not. Both are unsigned 64-bit
 * addresses. A range is never empty and never wraps; the last byte of the address space, which no machine has, cannot be part
 * of one.
 *
 * @param start physical address of the first byte, unsigned
 * @param end physical address behind the last byte, unsigned, greater than {@code start}
 */
public record PhysicalRange(long start, long end) implements Comparable<PhysicalRange> {
    /**
     * Checks the order of the two.
     *
     * @param start physical address of the first byte
     * @param end physical address behind the last byte
     * @throws IllegalArgumentException if {@code end} is not greater than {@code start}
     */
    public PhysicalRange {
        if (Long.compareUnsigned(start, end) >= 0) {
            throw new IllegalArgumentException("a range must end behind its start: [0x%x, 0x%x)".formatted(start, end));
        }
    }

    /**
     * {@return the range of some bytes}
     *
     * @param start physical address of the first byte, unsigned
     * @param size number of bytes, unsigned, not 0
     * @throws IllegalArgumentException if the size is 0, or if the range would wrap
     */
    public static PhysicalRange ofSize(long start, long size) {
        return new PhysicalRange(start, start + size);
    }

    /**
     * {@return the range between two addresses that both belong to it, as /proc/iomem and the firmware write them}
     *
     * @param first physical address of the first byte, unsigned
     * @param last physical address of the last byte, unsigned, at least {@code first}, below 2<sup>64</sup>&nbsp;-&nbsp;1
     * @throws IllegalArgumentException if there is no such range
     */
    public static PhysicalRange ofInclusive(long first, long last) {
        return new PhysicalRange(first, last + 1);
    }

    /**
     * {@return the number of bytes in some ranges, unsigned: if no two overlap, they cannot have more than there are addresses}
     *
     * @param ranges none of which overlap
     */
    public static long totalSize(Collection<PhysicalRange> ranges) {
        return ranges.stream().mapToLong(PhysicalRange::size).sum();
    }

    /**
     * {@return the number of bytes, unsigned}
     */
    public long size() {
        return end - start;
    }

    /**
     * {@return whether an address belongs to this range}
     *
     * @param address a physical address, unsigned
     */
    public boolean contains(long address) {
        return Long.compareUnsigned(start, address) <= 0 && Long.compareUnsigned(address, end) < 0;
    }

    /**
     * {@return whether all of another range belongs to this one}
     *
     * @param other another range
     */
    public boolean contains(PhysicalRange other) {
        return Long.compareUnsigned(start, other.start) <= 0 && Long.compareUnsigned(other.end, end) <= 0;
    }

    /**
     * {@return whether some byte belongs to both}
     *
     * @param other another range
     */
    public boolean overlaps(PhysicalRange other) {
        return Long.compareUnsigned(start, other.end) < 0 && Long.compareUnsigned(other.start, end) < 0;
    }

    /** Orders by start, then by end, both unsigned. */
    @Override
    public int compareTo(PhysicalRange other) {
        int byStart = Long.compareUnsigned(start, other.start);
        return byStart != 0 ? byStart : Long.compareUnsigned(end, other.end);
    }

    @Override
    public String toString() {
        return "[0x%x, 0x%x)".formatted(start, end);
    }
}
