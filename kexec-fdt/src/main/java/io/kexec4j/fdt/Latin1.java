package io.kexec4j.fdt;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Names as strings of one character a byte: all bytes survive, whatever somebody meant by them. */
final class Latin1 {
    private Latin1() {}

    static String decode(ByteBuffer blob, int offset, int length) {
        byte[] bytes = new byte[length];
        blob.get(offset, bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The number of bytes before the next NUL, which must be there. */
    static int length(ByteBuffer blob, int offset) {
        int end = offset;
        while (blob.get(end) != 0) {
            end++;
        }
        return end - offset;
    }

    /** Whether a name can be written: no NUL, and no character that is more than a byte. */
    static boolean isWritable(String name) {
        return name.chars().allMatch(c -> c > 0 && c < 0x100);
    }

    static byte[] encode(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }
}
