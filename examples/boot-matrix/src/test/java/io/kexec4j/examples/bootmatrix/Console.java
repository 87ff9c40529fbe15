package io.kexec4j.examples.bootmatrix;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a guest printed on its serial console.
 *
 * @param lines in order, without their ends
 */
record Console(List<Line> lines) {
    /**
     * A line of it.
     *
     * @param seconds since QEMU was started, when the line began to appear
     * @param text without its end
     */
    record Line(double seconds, String text) {}

    Console {
        lines = List.copyOf(lines);
    }

    String text() {
        return String.join("\n", lines.stream().map(Line::text).toList());
    }

    /** The first place where an expression (with {@code ^} and {@code $} at the ends of lines) matches, which has to be. */
    MatchResult get(String expression) {
        return find(expression).orElseThrow(() -> failure("nothing on the console matches " + expression));
    }

    /** To be thrown: what is wrong, and the end of the console. */
    AssertionError failure(String what) {
        Console end = new Console(lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        return new AssertionError(what + "\n\nThe console ends with\n" + end);
    }

    /** The first place where an expression (with {@code ^} and {@code $} at the ends of lines) matches. */
    Optional<MatchResult> find(String expression) {
        return all(expression).findFirst();
    }

    /** Every place where an expression (with {@code ^} and {@code $} at the ends of lines) matches. */
    Stream<MatchResult> all(String expression) {
        return Pattern.compile(expression, Pattern.MULTILINE).matcher(text()).results();
    }

    /** The lines of a frame, which a guest prints as {@code @name| line} so that nothing else passes for one of them. */
    Console frame(String name) {
        String prefix = "@" + name + "| ";
        return new Console(lines.stream()
                .filter(line -> line.text.startsWith(prefix))
                .map(line -> new Line(line.seconds, line.text.substring(prefix.length())))
                .toList());
    }

    /** One line a line, each with its time. */
    @Override
    public String toString() {
        StringBuilder transcript = new StringBuilder();
        lines.forEach(line -> transcript.append(String.format(Locale.ROOT, "[%8.3f] %s%n", line.seconds, line.text)));
        return transcript.toString();
    }
}
