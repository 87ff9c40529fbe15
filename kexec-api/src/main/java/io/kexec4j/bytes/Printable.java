package io.kexec4j.bytes;

import java.util.List;
import java.util.Locale;

/** What is made fit for people to read: text that nobody has vouched for, numbers of bytes. */
public final class Printable {
    private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB", "PiB", "EiB");
    private static final int UNIT_BITS = 10;

    private Printable() {}

    /**
     * {@return the text with a question mark for each character that is none to look at, such as those that move the cursor or
     *     change the direction of writing}
     *
     * @param text any
     */
    public static String of(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().forEach(c -> printable.appendCodePoint(isPrintable(c) ? c : '?'));
        return printable.toString();
    }

    /**
     * {@return a number of bytes in the largest unit of which it has one, with at most one digit behind the point, such as
     * {@code 72.8 KiB}}
     *
     * @param bytes unsigned
     */
    public static String size(long bytes) {
        if (Long.compareUnsigned(bytes, 1L << UNIT_BITS) < 0) {
            return bytes + " B";
        }
        int unit = (Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes)) / UNIT_BITS;
        double value = (double) (bytes >>> 1) / (1L << (unit * UNIT_BITS - 1));
        String digits = String.format(Locale.ROOT, "%.1f", value);
        return (digits.endsWith(".0") ? digits.substring(0, digits.length() - 2) : digits) + " " + UNITS.get(unit - 1);
    }

    private static boolean isPrintable(int c) {
        int type = Character.getType(c);
        return type != Character.CONTROL
                && type != Character.SURROGATE
                && type != Character.UNASSIGNED
                && type != Character.FORMAT
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR;
    }
}
