package io.kexec4j.examples.fdt;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A type of values as the options -t have it: s, i, u, x or r, with the size of a number before it.
 *
 * @param letter s, i, u, x, or r; d if nothing was said
 * @param size the bytes of a number: 1, 2, 4, or 0 if nothing was said
 */
record ValueType(char letter, int size) {
    /** What values are if nothing is said. */
    static final ValueType UNSAID = new ValueType('d', 0);

    boolean isString() {
        return letter == 's';
    }

    boolean isRaw() {
        return letter == 'r';
    }

    /** The base in which numbers are printed. */
    boolean isHex() {
        return letter == 'x';
    }

    boolean isUnsigned() {
        return letter == 'u';
    }

    /** Reads a type. */
    static final class Reader implements ITypeConverter<ValueType> {
        @Override
        public ValueType convert(String text) {
            String letter = text.substring(Math.max(text.length() - 1, 0));
            String size = text.substring(0, text.length() - letter.length());
            if (letter.isEmpty() || !"iuxsr".contains(letter)) {
                throw invalid(text);
            }
            return new ValueType(
                    letter.charAt(0),
                    switch (size) {
                        case "" -> 0;
                        case "b", "bb", "hh" -> Byte.BYTES;
                        case "h" -> Short.BYTES;
                        case "l", "ll", "L", "LL" -> Integer.BYTES;
                        default -> throw invalid(text);
                    });
        }

        private static TypeConversionException invalid(String text) {
            return new TypeConversionException(
                    "a type is s, i, u, x or r, perhaps with a size b, hh, h or l before it, not '" + text + "'");
        }
    }
}
