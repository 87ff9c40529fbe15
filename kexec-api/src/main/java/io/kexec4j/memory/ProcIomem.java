package io.kexec4j.memory;

import io.kexec4j.error.MalformedInputException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A parsed {@code /proc/iomem}: the tree of what the running kernel knows to lie in its physical address space
 * (kernel/resource.c, {@code r_show}).
 *
 * <p>The file must have been read with {@code CAP_SYS_ADMIN} in the initial user namespace. To everyone else Linux shows the
 * same names with all addresses zero; {@link #parse} refuses that.
 */
public final class ProcIomem {
    private static final String FORMAT = "/proc/iomem";
    private static final String SEPARATOR = " : ";
    private static final int INDENTATION = 2;
    private static final Pattern HIDDEN = Pattern.compile(" *0{1,16}-0{1,16} : ");

    /**
     * Linux indents no further than this ({@code MAX_IORES_LEVEL}: 5, in newer versions 8). Deeper resources stand behind their
     * parent as if they were its siblings.
     */
    private static final int LEAST_MAX_LEVEL = 5;

    private static final int MAX_DEPTH = 32;

    private final List<Resource> roots;

    private ProcIomem(List<Resource> roots) {
        this.roots = roots;
    }

    /**
     * A line with the lines below it.
     *
     * @param range where it lies
     * @param name what it is
     * @param children what lies within it, in ascending order; none of them overlap
     */
    public record Resource(PhysicalRange range, String name, List<Resource> children) {
        /**
         * Copies the children.
         *
         * @param range where it lies
         * @param name what it is
         * @param children what lies within it; copied
         */
        public Resource {
            children = List.copyOf(children);
        }
    }

    private record Line(int number, int level, long first, long last, String name) {}

    /** A resource whose children are still being read. */
    private record Open(int level, PhysicalRange range, String name, List<Resource> children) {}

    /**
     * Parses the text of the file.
     *
     * @param text all lines; none are needed
     * @return the tree
     * @throws MalformedInputException if a line is not indentation, two numbers of at most 16 hexadecimal digits and a name,
     *     if a range ends before its start or at the last byte of the address space, if a line is indented by more than one
     *     level below the one before, if siblings overlap or do not ascend, if a child lies outside its parent, or if all
     *     addresses are zero
     */
    public static ProcIomem parse(String text) throws MalformedInputException {
        List<Line> lines = new ArrayList<>();
        for (String line : (Iterable<String>) text.lines()::iterator) {
            lines.add(line(line, lines.size() + 1));
        }
        if (!lines.isEmpty() && isHidden(text)) {
            throw MalformedInputException.atLine(
                    FORMAT,
                    1,
                    "the addresses must not all be zero: the file was read without the privilege to see them;"
                            + " read it as root, with CAP_SYS_ADMIN in the initial user namespace");
        }
        return new ProcIomem(tree(lines));
    }

    /**
     * {@return whether the text tells no addresses: it has no lines, or all their addresses are zero, as Linux shows them to those
     * without the privilege to see more}
     *
     * @param text any text
     */
    public static boolean isHidden(String text) {
        return text.lines().allMatch(line -> HIDDEN.matcher(line).lookingAt());
    }

    private static Line line(String text, int number) throws MalformedInputException {
        int indentation = 0;
        while (indentation < text.length() && text.charAt(indentation) == ' ') {
            indentation++;
        }
        int separator = text.indexOf(SEPARATOR, indentation);
        String addresses = separator < 0 ? "" : text.substring(indentation, separator);
        int dash = addresses.indexOf('-');
        OptionalLong first = HexText.parse(addresses.substring(0, Math.max(dash, 0)));
        OptionalLong last = HexText.parse(addresses.substring(dash + 1));
        if (first.isEmpty() || last.isEmpty()) {
            throw MalformedInputException.atLine(
                    FORMAT,
                    number,
                    "a line must be START-END : NAME, with at most 16 hexadecimal digits each: "
                            + MalformedInputException.quote(text));
        }
        if (indentation % INDENTATION != 0 || indentation / INDENTATION >= MAX_DEPTH) {
            throw MalformedInputException.atLine(
                    FORMAT,
                    number,
                    "a line must be indented by %d spaces a level, of which there are at most %d: %d spaces"
                            .formatted(INDENTATION, MAX_DEPTH, indentation));
        }
        return new Line(
                number,
                indentation / INDENTATION,
                first.getAsLong(),
                last.getAsLong(),
                text.substring(separator + SEPARATOR.length()));
    }

    private static List<Resource> tree(List<Line> lines) throws MalformedInputException {
        List<Resource> roots = new ArrayList<>();
        Deque<Open> open = new ArrayDeque<>();
        for (Line line : lines) {
            PhysicalRange range = range(line);
            while (!open.isEmpty() && !encloses(open.getLast(), line, range)) {
                close(open, roots);
            }
            verifyPlace(line, range, open, open.isEmpty() ? roots : open.getLast().children);
            open.addLast(new Open(line.level, range, line.name, new ArrayList<>()));
        }
        while (!open.isEmpty()) {
            close(open, roots);
        }
        return List.copyOf(roots);
    }

    private static PhysicalRange range(Line line) throws MalformedInputException {
        try {
            return PhysicalRange.ofInclusive(line.first, line.last);
        } catch (IllegalArgumentException e) {
            throw MalformedInputException.atLine(FORMAT, line.number, HexText.rangeRule(line.first, line.last));
        }
    }

    private static boolean encloses(Open resource, Line line, PhysicalRange range) {
        return resource.level < line.level
                || (resource.level == line.level && line.level >= LEAST_MAX_LEVEL && resource.range.contains(range));
    }

    private static void close(Deque<Open> open, List<Resource> roots) {
        Open last = open.removeLast();
        (open.isEmpty() ? roots : open.getLast().children).add(new Resource(last.range, last.name, last.children));
    }

    private static void verifyPlace(Line line, PhysicalRange range, Deque<Open> parents, List<Resource> siblings)
            throws MalformedInputException {
        int parentLevel = parents.isEmpty() ? -1 : parents.getLast().level;
        if (line.level > parentLevel + 1 || parents.size() >= MAX_DEPTH) {
            throw MalformedInputException.atLine(
                    FORMAT,
                    line.number,
                    "a line must be at most one level below the one before, and at most %d levels deep: level %d"
                            .formatted(MAX_DEPTH, line.level));
        }
        if (!parents.isEmpty() && !parents.getLast().range.overlaps(range)) {
            throw MalformedInputException.atLine(
                    FORMAT,
                    line.number,
                    "%s must lie within %s, below which it stands".formatted(range, parents.getLast().range));
        }
        if (!siblings.isEmpty()) {
            PhysicalRange previous = siblings.get(siblings.size() - 1).range;
            if (Long.compareUnsigned(range.start(), previous.end()) < 0) {
                throw MalformedInputException.atLine(
                        FORMAT,
                        line.number,
                        "siblings must ascend and must not overlap: %s after %s".formatted(range, previous));
            }
        }
    }

    /**
     * {@return the resources that lie in no other, in ascending order}
     */
    public List<Resource> roots() {
        return roots;
    }

    /**
     * {@return all resources, each before its children, as the lines of the file}
     */
    public Stream<Resource> walk() {
        List<Resource> all = new ArrayList<>();
        Deque<Resource> next = new ArrayDeque<>(roots);
        while (!next.isEmpty()) {
            Resource resource = next.removeFirst();
            all.add(resource);
            for (int i = resource.children.size() - 1; i >= 0; i--) {
                next.addFirst(resource.children.get(i));
            }
        }
        return all.stream();
    }

    /**
     * {@return where the resources with a name lie, at any depth, in the order of the file}
     *
     * @param name for example {@code Crash kernel}, of which there may be two
     */
    public List<PhysicalRange> named(String name) {
        return walk().filter(resource -> resource.name.equals(name))
                .map(Resource::range)
                .toList();
    }

    /**
     * {@return the memory among the resources, at any depth}
     *
     * <p>Memory is what {@link RegionType#byName} knows, and {@code Unknown E820 type}. Where one such resource lies within another, the inner one counts:
     * {@code Reserved} below {@code System RAM} is no RAM. All other names, such as {@code Kernel code}
     * or {@code PCI Bus 0000:00}, neither are memory nor take anything from it. {@code System RAM} with a suffix in
     * parentheses, which drivers add, is {@link RegionType#DRIVER_MANAGED}, and {@code Crash kernel} is {@link RegionType#CRASH_KERNEL}.
     */
    public MemoryMap toMemoryMap() {
        return NestedRegions.flatten(roots);
    }
}
