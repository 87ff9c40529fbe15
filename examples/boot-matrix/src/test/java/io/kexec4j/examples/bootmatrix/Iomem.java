package io.kexec4j.examples.bootmatrix;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@code /proc/iomem} says of a machine's memory.
 *
 * @param inUse what a kernel uses that has not crashed yet, so a dump has to have it: all that is called System RAM, at any depth, but
 *     what is kept for crash kernels
 * @param crashKernel what is kept for crash kernels, but what the firmware keeps of that, which may be in a dump or not
 */
record Iomem(List<Range> inUse, List<Range> crashKernel) {
    /**
     * A range of physical memory.
     *
     * @param start its first byte
     * @param end the byte behind its last
     */
    record Range(long start, long end) {
        private List<Range> without(Range hole) {
            List<Range> rest = new ArrayList<>();
            if (hole.end <= start || end <= hole.start) {
                rest.add(this);
                return rest;
            }
            if (start < hole.start) {
                rest.add(new Range(start, hole.start));
            }
            if (hole.end < end) {
                rest.add(new Range(hole.end, end));
            }
            return rest;
        }

        @Override
        public String toString() {
            return "0x%x-0x%x".formatted(start, end);
        }
    }

    Iomem {
        inUse = List.copyOf(inUse);
        crashKernel = List.copyOf(crashKernel);
    }

    /** That of the lines of a frame. */
    static Iomem of(Console frame) {
        List<Range> kept = ranges(frame, "Crash kernel");
        return new Iomem(without(ranges(frame, "System RAM"), kept), without(kept, ranges(frame, "RTAS")));
    }

    private static List<Range> ranges(Console frame, String name) {
        return frame.all("^ *([0-9a-f]+)-([0-9a-f]+) : " + name + ".*$")
                .map(line -> new Range(Long.parseLong(line.group(1), 16), Long.parseLong(line.group(2), 16) + 1))
                .toList();
    }

    private static List<Range> without(List<Range> ranges, List<Range> holes) {
        List<Range> rest = ranges;
        for (Range hole : holes) {
            rest = rest.stream().flatMap(range -> range.without(hole).stream()).toList();
        }
        return rest;
    }
}
