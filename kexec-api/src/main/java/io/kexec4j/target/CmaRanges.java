package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.memory.PhysicalRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code crash_cma_ranges}: what was set apart with {@code crashkernel=…,cma}, a line for each range, with both ends
 * inclusive (kernel/kexec_core.c). The order is not promised.
 */
final class CmaRanges {
    private static final Pattern LINE = Pattern.compile("([0-9a-fA-F]{1,16})-([0-9a-fA-F]{1,16})");
    private static final int HEXADECIMAL = 16;

    /** {@code CRASHKERNEL_CMA_RANGES_MAX}. */
    private static final int MOST_RANGES = 4;

    private CmaRanges() {}

    /** The ranges in ascending order. */
    static List<PhysicalRange> parse(String name, String text, CrashMemory memory) throws MalformedInputException {
        List<PhysicalRange> ranges = new ArrayList<>();
        for (String line : (Iterable<String>) text.lines()::iterator) {
            int number = ranges.size() + 1;
            if (number > MOST_RANGES) {
                throw MalformedInputException.atLine(
                        name, number, "there must be at most %d ranges".formatted(MOST_RANGES));
            }
            ranges.add(range(line)
                    .filter(memory::isRam)
                    .orElseThrow(() -> MalformedInputException.atLine(
                            name,
                            number,
                            "a line must be START-END, with at most 16 hexadecimal digits each, in System RAM: "
                                    + MalformedInputException.quote(line))));
        }
        Collections.sort(ranges);
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i - 1).overlaps(ranges.get(i))) {
                throw RootFiles.malformed(
                        name, "ranges must not overlap: %s and %s".formatted(ranges.get(i - 1), ranges.get(i)));
            }
        }
        return List.copyOf(ranges);
    }

    private static Optional<PhysicalRange> range(String line) {
        Matcher range = LINE.matcher(line);
        if (!range.matches()) {
            return Optional.empty();
        }
        long first = Long.parseUnsignedLong(range.group(1), HEXADECIMAL);
        long last = Long.parseUnsignedLong(range.group(2), HEXADECIMAL);
        return CrashMemory.range(first, last + 1 - first);
    }
}
