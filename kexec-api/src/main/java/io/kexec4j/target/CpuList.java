package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of CPUs as Linux lists them ({@code %*pbl}, lib/vsprintf.c): {@code 0-3,8,10000-10003}, ascending, or nothing. They need not
 * follow on each other, and may be larger than the number of CPUs.
 */
final class CpuList {
    /** More than any kernel can be built for. */
    static final int MOST_CPUS = 1 << 16;

    /** Linux cuts what does not fit into a page off, and with it the line feed. */
    private static final int CUT_OFF_AT = 4095;

    private static final Pattern RANGE = Pattern.compile("([0-9]{1,9})(?:-([0-9]{1,9}))?");

    private CpuList() {}

    /** Whether the end of the list is missing. */
    static boolean isCutOff(String text) {
        return text.length() >= CUT_OFF_AT && !text.endsWith("\n");
    }

    /** The numbers in ascending order. The file's name is for messages. */
    static List<Integer> parse(String name, String text) throws MalformedInputException {
        List<Integer> cpus = new ArrayList<>();
        String list = text.strip();
        for (int start = 0; start <= list.length() && !list.isEmpty(); ) {
            int comma = list.indexOf(',', start);
            int end = comma < 0 ? list.length() : comma;
            addRange(name, list.substring(start, end), cpus);
            start = end + 1;
        }
        return List.copyOf(cpus);
    }

    private static void addRange(String name, String text, List<Integer> cpus) throws MalformedInputException {
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            throw RootFiles.malformed(
                    name,
                    "CPUs must be numbers of at most 9 digits, or ranges of them, with commas between: "
                            + MalformedInputException.quote(text));
        }
        int first = Integer.parseInt(range.group(1));
        int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
        boolean ascends = first <= last && (cpus.isEmpty() || cpus.get(cpus.size() - 1) < first);
        if (!ascends) {
            throw RootFiles.malformed(name, "CPUs must ascend: " + MalformedInputException.quote(text));
        }
        if (last - first >= MOST_CPUS - cpus.size()) {
            throw RootFiles.malformed(name, "there must be at most %d CPUs".formatted(MOST_CPUS));
        }
        for (int cpu = first; cpu <= last; cpu++) {
            cpus.add(cpu);
        }
    }
}
