package io.kexec4j.fdt;

import java.util.Objects;

/**
 * A property of a node: a name and a value.
 *
 * @param name the name, one character a byte
 * @param value the value, which may be empty
 */
public record Property(String name, PropertyValue value) {
    /**
     * Creates a property.
     *
     * @param name the name, one character a byte
     * @param value the value
     */
    public Property {
        Objects.requireNonNull(name);
        Objects.requireNonNull(value);
    }
}
