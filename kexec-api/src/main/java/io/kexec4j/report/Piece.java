package io.kexec4j.report;

import io.kexec4j.image.Segment;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import java.util.List;

/** One part of the address space in a drawing, which goes from one address to the next without a hole. */
sealed interface Piece {
    /** Where it lies. */
    PhysicalRange range();

    /** What no region covers. */
    record Gap(PhysicalRange range) implements Piece {}

    /** A region, or what the segments leave of it. */
    record Region(PhysicalRange range, RegionType type) implements Piece {
        boolean isRam() {
            return type.equals(RegionType.RAM);
        }
    }

    /**
     * A segment.
     *
     * @param index its number in the image
     * @param inRam whether all of it lies in RAM
     * @param entry whether the image's entry lies in it
     */
    record Placed(int index, Segment segment, boolean inRam, boolean entry) implements Piece {
        @Override
        public PhysicalRange range() {
            return segment.range();
        }
    }

    /** Neighbours of which only a summary is shown. */
    record Folded(List<Piece> pieces) implements Piece {
        @Override
        public PhysicalRange range() {
            return new PhysicalRange(
                    pieces.get(0).range().start(),
                    pieces.get(pieces.size() - 1).range().end());
        }
    }
}
