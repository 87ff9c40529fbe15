package io.kexec4j.fdt.bindings;

import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Values of properties, with errors that say whose they are. */
final class Values {
    private Values() {}

    /** How to read a value. */
    @FunctionalInterface
    interface Form<T> {
        T read(PropertyValue value) throws FdtException;
    }

    static <T> Optional<T> read(Node node, String property, Form<T> form) throws FdtException {
        Optional<PropertyValue> value = node.property(property);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(form.read(value.get()));
        } catch (FdtException e) {
            throw e.placed(node.path(), property);
        }
    }

    static Optional<String> string(Node node, String property) throws FdtException {
        return read(node, property, PropertyValue::asString);
    }

    /** A list of strings, empty if the property is absent. */
    static List<String> strings(Node node, String property) throws FdtException {
        return read(node, property, PropertyValue::asStrings).orElse(List.of());
    }

    /** A number of one cell or two. */
    static OptionalLong number(Node node, String property) throws FdtException {
        return optional(read(node, property, PropertyValue::asNumber));
    }

    static Optional<Integer> u32(Node node, String property) throws FdtException {
        return read(node, property, PropertyValue::asU32);
    }

    static boolean has(Node node, String property) {
        return node.property(property).isPresent();
    }

    static OptionalLong optional(Optional<Long> number) {
        return number.isPresent() ? OptionalLong.of(number.get()) : OptionalLong.empty();
    }

    static void verify(boolean condition, FdtError error, Node node, String property, String rule) throws FdtException {
        if (!condition) {
            throw FdtException.in(error, node.path(), property, rule);
        }
    }
}
