package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.PropertyValue;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What the bytes of values look like. */
final class Bytes {
    private Bytes() {}

    /** The bytes as one character each. */
    static String text(PropertyValue value) {
        return new String(value.toByteArray(), StandardCharsets.ISO_8859_1);
    }

    /** The strings of a value that ends with a NUL. */
    static List<String> strings(PropertyValue value) {
        String text = text(value);
        return List.of(text.substring(0, text.length() - 1).split("\0", -1));
    }

    /** Whether all is strings of printable characters, none of them empty, each with a NUL. */
    static boolean areStrings(PropertyValue value) {
        byte before = 0;
        for (byte b : value.toByteArray()) {
            if (b == 0 ? before == 0 : b < ' ' || b > '~') {
                return false;
            }
            before = b;
        }
        return !value.isEmpty() && before == 0;
    }
}
