package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.CheckedSegments;
import io.kexec4j.boot.SegmentPlanner;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.kernel.ElfKernel;
import io.kexec4j.kernel.LoadSegment;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.X86Purgatory;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the segments lie: an ELF program at its physical addresses, or, if it was linked for any address, moved as a whole; all
 * else as high as possible, below 4 GiB, or in the memory that a 32-bit Linux maps.
 *
 * @param pieces of the program, with the ranges where they will lie
 * @param moved how far the program was moved, modulo 2^64
 * @param purgatory of {@link X86Purgatory}
 * @param information for what the program is told, if there is any
 * @param initrd if there is one
 * @param end what all but the program does not reach beyond
 */
record ElfPlacement(
        List<LoadSegment> pieces,
        long moved,
        PhysicalRange purgatory,
        Optional<PhysicalRange> information,
        Optional<PhysicalRange> initrd,
        long end) {
    /** As much as compilers and linkers for x86 align anything: a large page. */
    private static final long ALIGNMENT = 0x20_0000;

    static ElfPlacement of(BootRequest request, ElfKernel kernel, OptionalLong informationSize) {
        SegmentPlanner planner = SegmentPlanner.of(request);
        List<LoadSegment> linked =
                LoadSegment.pages(kernel.segments(), request.target().pageSize());
        int others =
                1 + (informationSize.isPresent() ? 1 : 0) + (request.initrd().isPresent() ? 1 : 0);
        CheckedSegments.verifyCount(
                request, linked.stream().map(LoadSegment::range).toList(), others);
        long last = kernel.is64Bit() ? Linux64Placement.HIGHEST : Linux64Placement.FOUR_GIB;
        long end = kernel.is64Bit() ? Linux64Placement.FOUR_GIB : Linux32Placement.LOW_MEMORY;
        long moved = 0;
        if (kernel.positionIndependent()) {
            moved = move(planner, linked, last);
        } else {
            placeWhereLinked(planner, linked, last);
        }
        PhysicalRange low = new PhysicalRange(Linux64Placement.LOWEST, end);
        X86Purgatory code = X86Purgatory.instance();
        PhysicalRange purgatory =
                planner.place("purgatory", code.memorySize(), code.alignment(), low, Direction.TOP_DOWN);
        Optional<PhysicalRange> information = informationSize.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        planner.place("boot information", informationSize.getAsLong(), 1, low, Direction.TOP_DOWN));
        PhysicalRange highest = new PhysicalRange(Linux64Placement.LOWEST_INITRD, end);
        Optional<PhysicalRange> initrd = request.initrd()
                .map(content -> planner.place("initrd", content.size(), 1, highest, Direction.TOP_DOWN));
        long distance = moved;
        List<LoadSegment> pieces =
                linked.stream().map(piece -> piece.movedBy(distance)).toList();
        return new ElfPlacement(pieces, moved, purgatory, information, initrd, end);
    }

    private static void placeWhereLinked(SegmentPlanner planner, List<LoadSegment> pieces, long end) {
        long last = pieces.get(pieces.size() - 1).range().end();
        if (Long.compareUnsigned(last, end) > 0) {
            throw new ProtocolLimitException("end of the ELF program", last, end);
        }
        pieces.forEach(piece -> planner.placeAt("kernel", piece.range()));
    }

    /** Keeps the distances, and what addresses are modulo a large page. */
    private static long move(SegmentPlanner planner, List<LoadSegment> pieces, long end) {
        long base = pieces.get(0).range().start() & -ALIGNMENT;
        long size = pieces.get(pieces.size() - 1).range().end() - base;
        boolean possible =
                Long.compareUnsigned(base, Linux64Placement.LOWEST_KERNEL) >= 0 && Long.compareUnsigned(base, end) < 0;
        PhysicalRange limits = new PhysicalRange(possible ? base : Linux64Placement.LOWEST_KERNEL, end);
        return planner.place("kernel", size, ALIGNMENT, limits, Direction.BOTTOM_UP)
                        .start()
                - base;
    }
}
