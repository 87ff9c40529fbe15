package io.kexec4j.report;

import io.kexec4j.bytes.Printable;
import io.kexec4j.image.Segment;
import io.kexec4j.memory.RegionType;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What drawings say about their pieces. */
final class PieceText {
    /** Why no segment lies in memory of a type. */
    private static final Map<RegionType, String> EXCLUDED = Map.of(
            RegionType.RESERVED, "excluded: the firmware and devices use it",
            RegionType.ACPI_TABLES, "excluded: the second kernel reads these tables",
            RegionType.ACPI_NVS, "excluded: the firmware keeps its state here",
            RegionType.UNUSABLE, "excluded: errors have been found in it",
            RegionType.PERSISTENT, "excluded: what it holds outlives the machine's power",
            RegionType.PERSISTENT_LEGACY, "excluded: what it holds outlives the machine's power",
            RegionType.SOFT_RESERVED, "excluded: set apart for a special purpose",
            RegionType.DRIVER_MANAGED, "excluded: a driver may take it away",
            RegionType.CRASH_KERNEL, "excluded: set apart for crash images");

    private PieceText() {}

    /** What it is and how large. */
    static String headline(Piece piece) {
        String size = Printable.size(piece.range().size());
        if (piece instanceof Piece.Placed placed) {
            return "%s, %s: %s".formatted(placed.segment().role().label(), size, parts(placed.segment()));
        }
        if (piece instanceof Piece.Region region) {
            return region.type().name() + ", " + size + (region.isRam() ? " free" : "");
        }
        if (piece instanceof Piece.Folded folded) {
            return folded(folded);
        }
        return "no memory, " + size;
    }

    /** Why it is as it is; empty if there is nothing to say. */
    static String detail(Piece piece) {
        if (piece instanceof Piece.Placed placed) {
            return (placed.inRam() ? "" : "NOT IN THE RAM OF THIS MACHINE. ")
                    + placed.segment().reason();
        }
        return piece instanceof Piece.Region region && !region.isRam() ? excluded(region.type()) : "";
    }

    static String excluded(RegionType type) {
        String known = EXCLUDED.get(type);
        if (known != null) {
            return known;
        }
        return type.e820Code().isPresent()
                ? "excluded: nobody knows type %d".formatted(type.e820Code().getAsLong())
                : "excluded: no RAM";
    }

    private static String parts(Segment segment) {
        long content = segment.content().size();
        if (content == 0) {
            return "all zeroes";
        }
        return content == segment.range().size() ? "all content" : Printable.size(content) + " of content, then zeroes";
    }

    private static String folded(Piece.Folded folded) {
        long ram = 0;
        long other = 0;
        int regions = 0;
        Set<String> types = new TreeSet<>();
        for (Piece piece : folded.pieces()) {
            if (piece instanceof Piece.Region region) {
                regions++;
                if (region.isRam()) {
                    ram += region.range().size();
                } else {
                    other += region.range().size();
                    types.add(region.type().name());
                }
            }
        }
        return "%s more: %s of RAM".formatted(Sizes.count(regions, "region"), Printable.size(ram))
                + (types.isEmpty()
                        ? ""
                        : ", %s excluded (%s)".formatted(Printable.size(other), String.join(", ", types)));
    }
}
