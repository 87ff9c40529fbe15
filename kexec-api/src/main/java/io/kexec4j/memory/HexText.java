package io.kexec4j.memory;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Numbers and ranges as Linux writes them in text. */
final class HexText {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-fA-F]{1,16}");

    private HexText() {}

    /** The value of 1 to 16 hexadecimal digits, unsigned; nothing for any other text. */
    static OptionalLong parse(String digits) {
        return DIGITS.matcher(digits).matches()
                ? OptionalLong.of(Long.parseUnsignedLong(digits, 16))
                : OptionalLong.empty();
    }

    /** What {@link PhysicalRange#ofInclusive} refuses, in words. */
    static String rangeRule(long first, long last) {
        return last == -1
                ? "a range must not end at the last byte of the address space: 0x%x-0x%x".formatted(first, last)
                : "a range must not end before its start: 0x%x-0x%x".formatted(first, last);
    }
}
