package io.kexec4j.fdt.dts;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What strings and character literals mean: bytes of UTF-8, and escapes as in C. */
final class Escapes {
    private static final String LETTERS = "abtnvfr";
    private static final String MEANINGS = "\u0007\b\t\n\u000b\f\r";

    private final String text;
    private final DtsPosition at;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int index;

    private Escapes(String text, DtsPosition at) {
        this.text = text;
        this.at = at;
    }

    /** The bytes of a string, without a NUL at its end. */
    static byte[] bytes(Token string) throws DtsException {
        Escapes escapes = new Escapes(string.text(), string.at());
        escapes.readAll();
        return escapes.bytes.toByteArray();
    }

    /** The number that a character literal is. */
    static long character(Token literal) throws DtsException {
        byte[] bytes = bytes(literal);
        if (bytes.length != 1) {
            throw new DtsException(literal.at(), "one byte stands between ' and ', not " + bytes.length);
        }
        return Byte.toUnsignedLong(bytes[0]);
    }

    private void readAll() throws DtsException {
        while (index < text.length()) {
            int plain = text.indexOf('\\', index);
            int end = plain < 0 ? text.length() : plain;
            append(text.substring(index, end));
            index = end;
            if (index < text.length()) {
                index++;
                readEscape();
            }
        }
    }

    private void readEscape() throws DtsException {
        char c = text.charAt(index);
        if (c == 'x') {
            index++;
            number(16, 2);
        } else if (c >= '0' && c <= '7') {
            number(8, 3);
        } else if (LETTERS.indexOf(c) >= 0) {
            index++;
            bytes.write(MEANINGS.charAt(LETTERS.indexOf(c)));
        } else if (c == '\n') {
            throw new DtsException(at, "a line must not end with a backslash in a string");
        } else {
            int end = text.offsetByCodePoints(index, 1);
            append(text.substring(index, end));
            index = end;
        }
    }

    private void number(int radix, int mostDigits) throws DtsException {
        int start = index;
        int value = 0;
        while (index < text.length() && index < start + mostDigits && digit(text.charAt(index), radix) >= 0) {
            value = value * radix + digit(text.charAt(index), radix);
            index++;
        }
        if (index == start) {
            throw new DtsException(at, "\\x is followed by a hexadecimal digit");
        }
        bytes.write(value);
    }

    /** Character.digit takes those of all scripts. */
    private static int digit(char c, int radix) {
        return c < 0x80 ? Character.digit(c, radix) : -1;
    }

    private void append(String plain) throws DtsException {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(plain));
            while (encoded.hasRemaining()) {
                bytes.write(encoded.get());
            }
        } catch (CharacterCodingException e) {
            throw new DtsException(at, "a string consists of Unicode characters", e);
        }
    }
}
