package io.kexec4j.fdt;

import java.nio.charset.StandardCharsets;

/** Names as strings of one character a byte: all bytes survive, whatever somebody meant by them. */
final class Latin1 {
    private Latin1() {}

    /** Whether a name can be written: no NUL, and no character that is more than a byte. */
    static boolean isWritable(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) == 0 || name.charAt(i) >= 0x100) {
                return false;
            }
        }
        return true;
    }

    static byte[] encode(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The same into an array that has room for it, without another one in between. */
    @SuppressWarnings("deprecation") // since it drops the upper byte of characters, which have none here
    static void encode(String name, byte[] target, int offset) {
        name.getBytes(0, name.length(), target, offset);
    }
}
