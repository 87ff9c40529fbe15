package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.PropertyValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Paths in values: of one character a byte like the names that they are made of, unlike strings for people. */
final class Texts {
    private Texts() {}

    /** What stands before the first NUL; empty if there is none. */
    static Optional<String> first(PropertyValue value) {
        return list(value).stream().findFirst();
    }

    /** The string that this is; empty unless its only NUL is its last byte. */
    static Optional<String> only(PropertyValue value) {
        List<String> list = list(value);
        return Optional.of(list)
                .filter(all -> all.size() == 1 && endsWithNul(value))
                .map(all -> all.get(0));
    }

    static boolean endsWithNul(PropertyValue value) {
        return !value.isEmpty() && value.byteAt(value.size() - 1) == 0;
    }

    /** The strings that end with a NUL. */
    static List<String> list(PropertyValue value) {
        List<String> list = new ArrayList<>();
        byte[] bytes = value.toByteArray();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                list.add(new String(bytes, start, i - start, StandardCharsets.ISO_8859_1));
                start = i + 1;
            }
        }
        return list;
    }

    /** A value of strings, each with a NUL. */
    static PropertyValue value(List<String> strings) {
        StringBuilder all = new StringBuilder();
        strings.forEach(string -> all.append(string).append('\0'));
        return PropertyValue.of(all.toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
