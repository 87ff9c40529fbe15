package io.kexec4j.image;

import io.kexec4j.bytes.Content;
import io.kexec4j.memory.PhysicalRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Segments that touch: one may be given to the kernel as several, and several as one, without a difference in memory. That is
 * how an image keeps the limits of kexec_load, which takes at most {@value KexecImage#MAX_SEGMENTS} segments and the content of
 * each as one stretch of this process' memory.
 */
public final class Neighbours {
    /** How many zeroes may be written out between two; a longer tail is left to the kernel, which fills it by itself. */
    private static final long LARGEST_GAP = 16 << 20;

    /** More ranges than any kernel has, so that hostile ones take no time. */
    private static final int MOST_RANGES = 1024;

    private Neighbours() {}

    /**
     * Merges neighbours of the same role until there are not too many segments, those first between which the fewest zeroes
     * must be written out.
     *
     * @param segments the segments, in any order, none of which overlap
     * @param most how many there may be
     * @return at most so many, or as few as possible, in ascending order
     */
    public static List<Segment> merge(List<Segment> segments, int most) {
        List<Segment> merged =
                new ArrayList<>(segments.stream().sorted(BY_ADDRESS).toList());
        while (merged.size() > most) {
            int best = -1;
            for (int i = 0; i + 1 < merged.size(); i++) {
                if (canMerge(merged.get(i), merged.get(i + 1))
                        && (best < 0
                                || Long.compareUnsigned(zeroTail(merged.get(i)), zeroTail(merged.get(best))) < 0)) {
                    best = i;
                }
            }
            if (best < 0) {
                break;
            }
            merged.set(best, join(merged.get(best), merged.remove(best + 1)));
        }
        return List.copyOf(merged);
    }

    /**
     * {@return how many segments {@link #merge} leaves of one role at least, or the number of ranges if there are far too many to
     *     try}
     *
     * @param ranges where the segments lie, in ascending order
     */
    public static int fewest(List<PhysicalRange> ranges) {
        if (ranges.size() > MOST_RANGES) {
            return ranges.size();
        }
        int groups = ranges.isEmpty() ? 0 : 1;
        for (int i = 1; i < ranges.size(); i++) {
            groups += ranges.get(i - 1).end() == ranges.get(i).start() ? 0 : 1;
        }
        return groups;
    }

    private static final Comparator<Segment> BY_ADDRESS = Comparator.comparing(Segment::range);

    private static boolean canMerge(Segment first, Segment second) {
        return first.role() == second.role()
                && first.range().end() == second.range().start()
                && Long.compareUnsigned(zeroTail(first), LARGEST_GAP) <= 0
                && first.content().size() + zeroTail(first)
                        <= Content.LARGEST_SLICE - second.content().size();
    }

    /** Unsigned. */
    private static long zeroTail(Segment segment) {
        return segment.range().size() - segment.content().size();
    }

    private static Segment join(Segment first, Segment second) {
        return new Segment(
                first.role(),
                new PhysicalRange(first.range().start(), second.range().end()),
                Content.concat(List.of(first.content(), Content.zeroes(zeroTail(first)), second.content())),
                first.reason());
    }

    /**
     * Cuts segments whose content is larger than {@link Content#LARGEST_SLICE} into neighbours whose content is not.
     *
     * @param segments the segments
     * @return the same in memory; those that are small enough are the same objects
     */
    public static List<Segment> split(List<Segment> segments) {
        return segments.stream().flatMap(segment -> split(segment).stream()).toList();
    }

    private static List<Segment> split(Segment segment) {
        long size = segment.content().size();
        if (size <= Content.LARGEST_SLICE) {
            return List.of(segment);
        }
        List<Segment> parts = new ArrayList<>();
        for (long offset = 0; offset < size; offset += Content.LARGEST_SLICE) {
            boolean last = size - offset <= Content.LARGEST_SLICE;
            long start = segment.range().start() + offset;
            long end = last ? segment.range().end() : start + Content.LARGEST_SLICE;
            parts.add(new Segment(
                    segment.role(),
                    new PhysicalRange(start, end),
                    segment.content().slice(offset, Math.min(Content.LARGEST_SLICE, size - offset)),
                    offset == 0
                            ? segment.reason()
                            : "behind its first part at 0x%x"
                                    .formatted(segment.range().start())));
        }
        return parts;
    }
}
