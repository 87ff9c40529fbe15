package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;

/**
 * Writes values as dtc does, which guesses what they are: strings if all characters can be printed, the last one is a NUL,
 * and at most half of them are; else cells, if there are 4 bytes to each; else bytes. Strings of a list are written one by
 * one, since an escape for the NUL between them would swallow digits behind it.
 */
final class ValueText {
    private static final String CONTROLS = "\u0007\b\t\n\u000b\f\r";
    private static final String LETTERS = "abtnvfr";
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private final Appendable out;

    ValueText(Appendable out) {
        this.out = out;
    }

    /** Writes bytes of a value that is not empty. */
    void write(PropertyValue value, int from, int to) throws IOException {
        if (isStrings(value, from, to)) {
            writeStrings(value, from, to);
        } else if ((to - from) % Integer.BYTES == 0) {
            out.append('<');
            writeCells(value, from, to);
            out.append('>');
        } else {
            writeBytes(value, from, to);
        }
    }

    private static boolean isStrings(PropertyValue value, int from, int to) {
        int ends = 0;
        for (int i = from; i < to; i++) {
            byte c = value.byteAt(i);
            if (c == 0) {
                ends++;
            } else if (!isPrintable(c)) {
                return false;
            }
        }
        return value.byteAt(to - 1) == 0 && ends <= to - from - ends;
    }

    private static boolean isPrintable(byte c) {
        return (c >= ' ' && c <= '~') || CONTROLS.indexOf(c) >= 0;
    }

    private void writeStrings(PropertyValue value, int from, int to) throws IOException {
        out.append('"');
        for (int i = from; i < to; i++) {
            char c = (char) value.byteAt(i);
            int control = CONTROLS.indexOf(c);
            if (c == 0) {
                out.append(i + 1 < to ? "\", \"" : "\"");
            } else if (control >= 0) {
                out.append('\\').append(LETTERS.charAt(control));
            } else {
                out.append(c == '"' || c == '\\' ? "\\" : "").append(c);
            }
        }
    }

    /** Writes cells without what stands around them. */
    void writeCells(PropertyValue value, int from, int to) throws IOException {
        for (int i = from; i < to; i += Integer.BYTES) {
            out.append(i == from ? "0x" : " 0x");
            writeHex(value.intAt(i));
        }
    }

    /** At least two digits. */
    private void writeHex(int cell) throws IOException {
        int digits = Math.max(2, (Integer.SIZE - Integer.numberOfLeadingZeros(cell) + 3) / 4);
        for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
            out.append(DIGITS[(cell >>> shift) & 0xf]);
        }
    }

    private void writeBytes(PropertyValue value, int from, int to) throws IOException {
        out.append('[');
        for (int i = from; i < to; i++) {
            byte b = value.byteAt(i);
            out.append(i == from ? "" : " ").append(DIGITS[(b >> 4) & 0xf]).append(DIGITS[b & 0xf]);
        }
        out.append(']');
    }
}
