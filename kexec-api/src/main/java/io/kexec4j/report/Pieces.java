package io.kexec4j.report;

import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Cuts the address space of a machine into what a drawing shows. */
final class Pieces {
    /** Fewer neighbours are not worth a summary. */
    private static final int FEWEST_FOLDED = 3;

    /** At each end of the drawing and beside each segment, so many neighbours are shown. */
    private static final int SHOWN = 2;

    /** RAM of this part of the whole is shown whatever lies around it. */
    private static final int LARGE_PART = 64;

    private Pieces() {}

    /** Everything from address 0 to the end of the last region or segment, in ascending order, without holes. */
    static List<Piece> of(MemoryMap memory, KexecImage image) {
        List<Piece> pieces = new ArrayList<>();
        List<PhysicalRange> places = places(memory, image);
        for (int i = 0; i < image.segments().size(); i++) {
            Segment segment = image.segments().get(i);
            pieces.add(new Piece.Placed(
                    i,
                    segment,
                    isCovered(segment.range(), places),
                    segment.range().contains(image.entry())));
        }
        for (MemoryRegion region : memory.regions()) {
            for (PhysicalRange rest : without(region.range(), image.segments())) {
                pieces.add(new Piece.Region(rest, region.type()));
            }
        }
        pieces.sort(Comparator.comparing(Piece::range));
        return withGaps(pieces);
    }

    /** Where segments can lie: those of a crash image in what was set apart for it, which a firmware's map does not show. */
    private static List<PhysicalRange> places(MemoryMap memory, KexecImage image) {
        return image.flags().contains(KexecFlag.ON_CRASH)
                ? memory.regions().stream()
                        .filter(region -> region.type().isRam())
                        .map(MemoryRegion::range)
                        .toList()
                : memory.ram();
    }

    private static List<Piece> withGaps(List<Piece> pieces) {
        List<Piece> all = new ArrayList<>();
        long covered = 0;
        for (Piece piece : pieces) {
            PhysicalRange range = piece.range();
            if (range.start() != covered) {
                all.add(new Piece.Gap(new PhysicalRange(covered, range.start())));
            }
            all.add(piece);
            covered = range.end();
        }
        return all;
    }

    private static List<PhysicalRange> without(PhysicalRange range, List<Segment> segments) {
        List<PhysicalRange> rest = new ArrayList<>();
        long start = range.start();
        for (Segment segment : segments) {
            PhysicalRange taken = segment.range();
            if (taken.overlaps(range)) {
                if (Long.compareUnsigned(start, taken.start()) < 0) {
                    rest.add(new PhysicalRange(start, taken.start()));
                }
                start = taken.end();
            }
        }
        if (Long.compareUnsigned(start, range.end()) < 0) {
            rest.add(new PhysicalRange(start, range.end()));
        }
        return rest;
    }

    /** Ranges that touch cover what lies across their border. */
    private static boolean isCovered(PhysicalRange range, List<PhysicalRange> ascending) {
        long covered = range.start();
        for (PhysicalRange next : ascending) {
            if (next.contains(covered)) {
                covered = next.end();
            }
        }
        return Long.compareUnsigned(covered, range.end()) >= 0;
    }

    /** The same with long stretches of small regions folded. */
    static List<Piece> fold(List<Piece> pieces) {
        long ram = 0;
        for (Piece piece : pieces) {
            ram += isRam(piece) ? piece.range().size() : 0;
        }
        long large = Long.divideUnsigned(ram, LARGE_PART);
        List<Piece> result = new ArrayList<>();
        List<Piece> run = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            if (isShown(pieces, i)
                    || (isRam(piece) && Long.compareUnsigned(piece.range().size(), large) >= 0)) {
                flush(run, result);
                result.add(piece);
            } else {
                run.add(piece);
            }
        }
        flush(run, result);
        return result;
    }

    private static boolean isRam(Piece piece) {
        return piece instanceof Piece.Region region && region.isRam();
    }

    /** Whether an end or a segment is near. */
    private static boolean isShown(List<Piece> pieces, int index) {
        for (int near = index - SHOWN; near <= index + SHOWN; near++) {
            if (near < 0 || near >= pieces.size() || pieces.get(near) instanceof Piece.Placed) {
                return true;
            }
        }
        return false;
    }

    private static void flush(List<Piece> run, List<Piece> result) {
        if (run.size() < FEWEST_FOLDED) {
            result.addAll(run);
        } else {
            result.add(new Piece.Folded(List.copyOf(run)));
        }
        run.clear();
    }
}
