package io.kexec4j.boot;

import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.NoMemoryHoleException.RejectedHole;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.memory.HoleRequest;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Places the segments of one image, one after the other: each in free RAM of the target, whole pages, within the window that
 * the user has set, and not on top of those before it. Used by one thread while an image is built.
 */
public final class SegmentPlanner {
    private final MemoryMap map;
    private final long pageSize;
    private final PhysicalRange window;
    private final List<Placed> placed = new ArrayList<>();

    /** Linux refuses segments with more than half of the RAM, with a bare EINVAL (sanity_check_segment_list, kexec_core.c). */
    private final long mostBytes;

    private long used;

    private record Placed(String purpose, PhysicalRange range) {}

    private SegmentPlanner(MemoryMap map, long pageSize, PhysicalRange window, long mostBytes) {
        this.map = map;
        this.pageSize = pageSize;
        this.window = window;
        this.mostBytes = mostBytes;
    }

    /**
     * Starts with nothing placed.
     *
     * @param target the machine
     * @param window the memory in which all segments must lie
     */
    public SegmentPlanner(Target target, PhysicalRange window) {
        this(
                target.memoryMap(),
                target.pageSize(),
                window,
                PhysicalRange.totalSize(target.memoryMap().ram()) >>> 1);
    }

    /**
     * {@return a planner for an image, with what is placed already}
     *
     * @param request what the image is made of
     */
    public static SegmentPlanner of(BootRequest request) {
        Target target = request.target();
        if (request.crash().isEmpty()) {
            return new SegmentPlanner(target, request.window());
        }
        long mostBytes = request.crash().get().mostBytes();
        SegmentPlanner planner = new SegmentPlanner(target.memoryMap(), target.pageSize(), request.window(), mostBytes);
        request.crashSegments().forEach(segment -> planner.take(segment.role().label(), segment.range()));
        return planner;
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
     * @throws NoMemoryHoleException if there is no room
     * @throws ProtocolLimitException if the segments together would take more than half of the RAM
     */
    public PhysicalRange place(String purpose, long size, long alignment, PhysicalRange limits, Direction direction) {
        PhysicalRange place = find(purpose, size, alignment, limits, direction);
        take(purpose, place);
        return place;
    }

    private PhysicalRange find(String purpose, long size, long alignment, PhysicalRange limits, Direction direction) {
        return MemoryHoles.find(
                map.ram(),
                placed.stream().map(Placed::range).toList(),
                new HoleRequest(
                        purpose,
                        wholePages(size),
                        Math.max(alignment, pageSize),
                        maxUnsigned(limits.start(), window.start()),
                        minUnsigned(limits.end(), window.end()),
                        direction));
    }

    /**
     * Places a segment as high as possible, but with free memory right above it for others, which come later; or, if no hole is
     * that large, as low as possible.
     *
     * @param purpose what it is for, in one or two words, for messages
     * @param size number of bytes, unsigned, not 0; rounded up to whole pages
     * @param room how many bytes others need above it, unsigned; rounded up to whole pages
     * @param alignment of the start, a power of two; at least a page is taken
     * @param limits the range in which it must lie, besides the window
     * @return where it lies
     * @throws NoMemoryHoleException if there is no room
     * @throws ProtocolLimitException if the segments together would take more than half of the RAM
     */
    public PhysicalRange placeBelowRoom(String purpose, long size, long room, long alignment, PhysicalRange limits) {
        long both = wholePages(size) + wholePages(room);
        try {
            PhysicalRange hole = find(purpose, both, alignment, limits, Direction.TOP_DOWN);
            PhysicalRange place = PhysicalRange.ofSize(hole.start(), wholePages(size));
            take(purpose, place);
            return place;
        } catch (NoMemoryHoleException e) {
            return place(purpose, size, alignment, limits, Direction.BOTTOM_UP);
        }
    }

    /**
     * Places a segment that can lie at one place only. Call this before what can lie elsewhere.
     *
     * @param purpose what it is for, in one or two words, for messages
     * @param range where it must lie, whole pages
     * @throws NoMemoryHoleException if something is in the way there, naming all of it
     * @throws ProtocolLimitException if the segments together would take more than half of the RAM
     * @throws UnsupportedCombinationException if the range is not made of whole pages of the machine
     */
    public void placeAt(String purpose, PhysicalRange range) {
        if ((range.start() & (pageSize - 1)) != 0 || (range.end() & (pageSize - 1)) != 0) {
            throw new UnsupportedCombinationException("the %s must lie at %s, which is not made of pages of 0x%x bytes"
                    .formatted(purpose, range, pageSize));
        }
        List<RejectedHole> obstacles = obstacles(range);
        if (!obstacles.isEmpty()) {
            throw new NoMemoryHoleException("%s, which must lie at %s".formatted(purpose, range), obstacles);
        }
        take(purpose, range);
    }

    /**
     * Lets no segment lie in a range, which is not a segment itself.
     *
     * @param purpose what lies there, in one or two words, for messages
     * @param range any
     */
    public void keepOff(String purpose, PhysicalRange range) {
        placed.add(new Placed(purpose, range));
    }

    /** All parts of a range that are not free RAM within the window. */
    private List<RejectedHole> obstacles(PhysicalRange range) {
        List<PhysicalRange> known =
                map.regions().stream().map(MemoryRegion::range).toList();
        Stream<RejectedHole> regions = map.regions().stream()
                .filter(region -> !region.type().equals(RegionType.RAM))
                .filter(region -> region.range().overlaps(range))
                .map(region -> obstacle(region.range(), region.type().name()));
        Stream<RejectedHole> segments = placed.stream()
                .filter(other -> other.range().overlaps(range))
                .map(other -> obstacle(other.range(), other.purpose() + " lies there"));
        Stream<RejectedHole> nothing =
                MemoryHoles.holes(List.of(range), known).stream().map(hole -> obstacle(hole, "no memory"));
        Stream<RejectedHole> outside = MemoryHoles.holes(List.of(range), List.of(window)).stream()
                .map(hole -> obstacle(hole, "outside the window " + window));
        return Stream.of(regions, segments, nothing, outside)
                .flatMap(obstacle -> obstacle)
                .sorted(Comparator.comparing(hole -> new PhysicalRange(hole.start(), hole.end())))
                .toList();
    }

    private static RejectedHole obstacle(PhysicalRange range, String reason) {
        return new RejectedHole(range.start(), range.end(), reason);
    }

    private void take(String purpose, PhysicalRange place) {
        placed.add(new Placed(purpose, place));
        used += place.size();
        if (Long.compareUnsigned(used, mostBytes) > 0) {
            throw new ProtocolLimitException(
                    "bytes of the segments up to the %s (Linux takes half of the RAM)".formatted(purpose),
                    used,
                    mostBytes);
        }
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
