package io.kexec4j.fdt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Lists of strings as they are searched: whatever the bytes are. */
final class StringLists {
    private StringLists() {}

    /** The strings that end with a NUL, without what may follow the last one; what is no UTF-8 is found by nobody. */
    static List<String> elements(PropertyValue value) {
        List<String> elements = new ArrayList<>();
        byte[] bytes = value.toByteArray();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                elements.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        return elements;
    }
}
