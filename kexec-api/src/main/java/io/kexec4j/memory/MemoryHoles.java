package io.kexec4j.memory;

import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.NoMemoryHoleException.RejectedHole;
import io.kexec4j.memory.HoleRequest.Direction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The allocator: finds room in physical memory. It keeps nothing; whoever takes a range passes it as reserved the next time.
 *
 * <p>All arithmetic is unsigned and cannot overflow: an address that would have to be rounded up beyond 2<sup>64</sup> is an
 * address that a hole does not have. Finding a hole among n ranges takes O(n log n).
 */
public final class MemoryHoles {
    private MemoryHoles() {}

    /**
     * Finds the lowest or the highest place that a request allows.
     *
     * @param ram memory that can be used, in any order; ranges that touch or overlap count as one
     * @param reserved what is taken already, in any order; it may overlap anything
     * @param request how much is needed, and where it may lie
     * @return the place, of exactly the size that was requested
     * @throws NoMemoryHoleException if there is none, with the reason for each hole
     */
    public static PhysicalRange find(
            Collection<PhysicalRange> ram, Collection<PhysicalRange> reserved, HoleRequest request) {
        List<PhysicalRange> holes = holes(ram, reserved);
        for (int i = 0; i < holes.size(); i++) {
            boolean lowestFirst = request.direction() == Direction.BOTTOM_UP;
            Optional<PhysicalRange> place = place(holes.get(lowestFirst ? i : holes.size() - 1 - i), request);
            if (place.isPresent()) {
                return place.get();
            }
        }
        throw new NoMemoryHoleException(
                request.toString(),
                holes.stream()
                        .map(hole -> new RejectedHole(hole.start(), hole.end(), reason(hole, request)))
                        .toList());
    }

    /**
     * {@return what is free: all of {@code ram} that is not {@code reserved}, in ascending order, no two
     *     of which touch}
     *
     * @param ram memory that can be used, in any order; ranges that touch or overlap count as one
     * @param reserved what is taken already, in any order; it may overlap anything
     */
    public static List<PhysicalRange> holes(Collection<PhysicalRange> ram, Collection<PhysicalRange> reserved) {
        List<PhysicalRange> taken = merged(reserved);
        List<PhysicalRange> holes = new ArrayList<>();
        int next = 0;
        for (PhysicalRange range : merged(ram)) {
            long free = range.start();
            while (next < taken.size() && below(taken.get(next).start(), range.end())) {
                PhysicalRange obstacle = taken.get(next);
                if (below(free, obstacle.start())) {
                    holes.add(new PhysicalRange(free, obstacle.start()));
                }
                free = max(free, obstacle.end());
                if (below(range.end(), obstacle.end())) {
                    break; // The next range may lie under the same obstacle.
                }
                next++;
            }
            if (below(free, range.end())) {
                holes.add(new PhysicalRange(free, range.end()));
            }
        }
        return List.copyOf(holes);
    }

    /**
     * {@return what lies in both, in ascending order, no two of which touch}
     *
     * @param some ranges in any order, which may overlap
     * @param others the same
     */
    public static List<PhysicalRange> common(Collection<PhysicalRange> some, Collection<PhysicalRange> others) {
        return holes(some, holes(some, others));
    }

    private static List<PhysicalRange> merged(Collection<PhysicalRange> ranges) {
        List<PhysicalRange> merged = new ArrayList<>();
        for (PhysicalRange range : ranges.stream().sorted().toList()) {
            int last = merged.size() - 1;
            if (last >= 0 && !below(merged.get(last).end(), range.start())) {
                PhysicalRange previous = merged.get(last);
                merged.set(last, new PhysicalRange(previous.start(), max(previous.end(), range.end())));
            } else {
                merged.add(range);
            }
        }
        return merged;
    }

    private static Optional<PhysicalRange> place(PhysicalRange hole, HoleRequest request) {
        long from = max(hole.start(), request.min());
        long to = min(hole.end(), request.max());
        if (below(to, from) || below(to - from, request.size())) {
            return Optional.empty();
        }
        long lowest = alignUp(from, request.alignment());
        if (below(lowest, from) || below(to, lowest) || below(to - lowest, request.size())) {
            return Optional.empty();
        }
        long highest = alignDown(to - request.size(), request.alignment());
        return Optional.of(
                PhysicalRange.ofSize(request.direction() == Direction.BOTTOM_UP ? lowest : highest, request.size()));
    }

    /** Says why {@link #place} finds nothing in a hole. */
    private static String reason(PhysicalRange hole, HoleRequest request) {
        if (below(hole.size(), request.size())) {
            return "too small: 0x%x bytes".formatted(hole.size());
        }
        if (!below(request.min(), hole.end())) {
            return "below the lowest address 0x%x".formatted(request.min());
        }
        if (!below(hole.start(), request.max())) {
            return "above the limit 0x%x".formatted(request.max());
        }
        long from = max(hole.start(), request.min());
        long to = min(hole.end(), request.max());
        if (!below(from, to)) {
            return "no address lies within [0x%x, 0x%x)".formatted(request.min(), request.max());
        }
        if (below(to - from, request.size())) {
            return "too small: 0x%x bytes within [0x%x, 0x%x)".formatted(to - from, request.min(), request.max());
        }
        long lowest = alignUp(from, request.alignment());
        if (below(lowest, from) || !below(lowest, to)) {
            return "no address in [0x%x, 0x%x) is aligned to 0x%x".formatted(from, to, request.alignment());
        }
        return "too small after alignment: 0x%x bytes from 0x%x".formatted(to - lowest, lowest);
    }

    /** Rounds up; the result is below {@code address} if it does not fit into 64 bits. */
    private static long alignUp(long address, long alignment) {
        return alignDown(address + alignment - 1, alignment);
    }

    private static long alignDown(long address, long alignment) {
        return address & -alignment;
    }

    private static boolean below(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    private static long max(long a, long b) {
        return below(a, b) ? b : a;
    }

    private static long min(long a, long b) {
        return below(a, b) ? a : b;
    }
}
