package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.dts.Token.Kind;
import java.util.List;

/** Numbers as in C: decimal, octal with a 0 and hexadecimal with 0x in front, and perhaps the suffix of a type. */
final class Numbers {
    private static final List<String> SUFFIXES = List.of("ULL", "UL", "LL", "U", "L");

    private Numbers() {}

    static Token read(SourceText text, DtsPosition at) throws DtsException {
        boolean hex =
                text.peek() == '0' && (text.peek(1) == 'x' || text.peek(1) == 'X') && Characters.isHex(text.peek(2));
        int end = hex ? 2 : 0;
        while (hex ? Characters.isHex(text.peek(end)) : Characters.isDigit(text.peek(end))) {
            end++;
        }
        String digits = text.take(end);
        for (String suffix : SUFFIXES) {
            if (text.startsWith(suffix)) {
                text.skip(suffix.length());
                break;
            }
        }
        return new Token(Kind.NUMBER, digits, value(digits, hex, at), at);
    }

    private static long value(String digits, boolean hex, DtsPosition at) throws DtsException {
        boolean octal = !hex && digits.length() > 1 && digits.charAt(0) == '0';
        if (octal && digits.chars().anyMatch(c -> c > '7')) {
            throw new DtsException(at, "a number that begins with 0 is octal, and has no digits 8 and 9");
        }
        try {
            return Long.parseUnsignedLong(hex ? digits.substring(2) : digits, hex ? 16 : octal ? 8 : 10);
        } catch (NumberFormatException e) {
            throw new DtsException(at, "a number has at most 64 bits", e);
        }
    }
}
