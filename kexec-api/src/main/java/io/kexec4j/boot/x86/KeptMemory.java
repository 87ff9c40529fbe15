package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import java.util.ArrayList;
import java.util.List;

/**
 * With {@link X86Option#PRESERVE_CONTEXT}: the memory that the second kernel may use. Linux keeps what lies where the segments of
 * an image go, so all of that memory has to be in segments, most of them without content; and no other memory may be used.
 */
final class KeptMemory {
    /** The page of the BIOS's tables stays as it is: no kernel writes there, and some read it. */
    private static final long LOWEST = 0x1000;

    private KeptMemory() {}

    /** The memory map that the second kernel is told. */
    static MemoryMap told(BootRequest request) {
        MemoryMap map = request.target().memoryMap();
        if (!request.has(X86Option.PRESERVE_CONTEXT)) {
            return map;
        }
        List<PhysicalRange> usable = usable(request);
        List<MemoryRegion> told = new ArrayList<>();
        for (MemoryRegion region : map.regions()) {
            if (region.type().isRam()) {
                told.addAll(divided(region.range(), usable));
            } else {
                told.add(region);
            }
        }
        return new MemoryMap(told);
    }

    /** A range of RAM, of which only what may be used stays RAM. */
    private static List<MemoryRegion> divided(PhysicalRange ram, List<PhysicalRange> usable) {
        List<PhysicalRange> rest = MemoryHoles.holes(List.of(ram), usable);
        List<MemoryRegion> parts = new ArrayList<>();
        rest.forEach(range -> parts.add(new MemoryRegion(range, RegionType.RESERVED)));
        MemoryHoles.holes(List.of(ram), rest).forEach(range -> parts.add(new MemoryRegion(range, RegionType.RAM)));
        return parts;
    }

    /** Whole pages of RAM in the window. */
    private static List<PhysicalRange> usable(BootRequest request) {
        long page = request.target().pageSize();
        List<PhysicalRange> usable = new ArrayList<>();
        for (PhysicalRange ram : MemoryHoles.holes(request.target().memoryMap().ram(), List.of())) {
            long start = max(max(ram.start(), LOWEST), request.window().start());
            long end = min(ram.end(), request.window().end()) & -page;
            long first = (start + page - 1) & -page;
            if (Long.compareUnsigned(start, first) <= 0 && Long.compareUnsigned(first, end) < 0) {
                usable.add(new PhysicalRange(first, end));
            }
        }
        return usable;
    }

    /**
     * {@return segments without content for all usable memory that no other segment covers; none if nothing is to be kept}
     *
     * @param request what the image is made of
     * @param taken where all other segments lie
     * @throws ProtocolLimitException if Linux would not take so much memory, or so many segments
     */
    static List<Segment> backups(BootRequest request, List<PhysicalRange> taken) {
        if (!request.has(X86Option.PRESERVE_CONTEXT)) {
            return List.of();
        }
        List<PhysicalRange> free = MemoryHoles.holes(usable(request), taken);
        long all = PhysicalRange.totalSize(free) + PhysicalRange.totalSize(taken);
        long half = PhysicalRange.totalSize(request.target().memoryMap().ram()) >>> 1;
        if (Long.compareUnsigned(all, half) > 0) {
            throw new ProtocolLimitException(
                    "bytes of the memory that the second kernel may use, which the running one must keep; make the window"
                            + " smaller (Linux takes half of the RAM)",
                    all,
                    half);
        }
        if (free.size() + taken.size() > KexecImage.MAX_SEGMENTS) {
            throw new ProtocolLimitException(
                    "segments of an image with those for the %d ranges of memory that the running kernel must keep (KEXEC_SEGMENT_MAX)"
                            .formatted(free.size()),
                    free.size() + taken.size(),
                    KexecImage.MAX_SEGMENTS);
        }
        return free.stream()
                .map(range -> new Segment(
                        SegmentRole.BACKUP,
                        range,
                        Content.EMPTY,
                        "free memory that the second kernel may use, kept for the running one"))
                .toList();
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) > 0 ? a : b;
    }

    private static long min(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }
}
