package io.kexec4j.examples.bootmatrix;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The node {@code /chosen} of a device tree, as the second guest prints what its kernel has left of it (Devicetree
 * Specification, 3.6).
 *
 * @param properties the value of each in hexadecimal digits
 */
record Chosen(Map<String, String> properties) {
    Chosen {
        properties = Map.copyOf(properties);
    }

    static Chosen of(Console console) {
        return new Chosen(console.frame("chosen")
                .all("^([^=]+)=([0-9a-f]*)$")
                .collect(Collectors.toMap(line -> line.group(1), line -> line.group(2))));
    }

    Set<String> names() {
        return properties.keySet();
    }

    /** A text, which ends with a NUL in the tree. */
    String text(String name) {
        String text = new String(HexFormat.of().parseHex(value(name)), StandardCharsets.UTF_8);
        return text.substring(0, text.indexOf('\0'));
    }

    /** A number of one or two cells. */
    long number(String name) {
        return Long.parseUnsignedLong(value(name), 16);
    }

    private String value(String name) {
        return Objects.requireNonNull(properties.get(name), () -> "there is no " + name + " in /chosen");
    }
}
