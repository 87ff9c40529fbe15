package io.kexec4j.report;

import java.util.ArrayList;
import java.util.List;

/** Fits text into columns. */
final class Wrap {
    private static final char FIRST_PRINTABLE = ' ';
    private static final char LAST_ASCII = '~';

    private Wrap() {}

    /** The words of a text in lines of at most {@code width} characters; a word that is longer is cut. */
    static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String whole : text.strip().split("\\s+", -1)) {
            String word = whole;
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (word.length() > width) {
                lines.add(word.substring(0, width));
                word = word.substring(width);
            }
            line.append(line.isEmpty() || word.isEmpty() ? "" : " ").append(word);
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }

    /** The text, or its beginning with dots. */
    static String shorten(String text, int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width - 3)) + "...";
    }

    /** What a terminal can show in every encoding; the rest becomes a question mark. */
    static String ascii(String text) {
        StringBuilder ascii = new StringBuilder();
        text.codePoints().forEach(c -> ascii.appendCodePoint(isAscii(c) ? c : '?'));
        return ascii.toString();
    }

    private static boolean isAscii(int c) {
        return c >= FIRST_PRINTABLE && c <= LAST_ASCII;
    }
}
