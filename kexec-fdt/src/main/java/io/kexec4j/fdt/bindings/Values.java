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

    /** A number of one cell. */
    static long word(PropertyValue value) throws FdtException {
        return Integer.toUnsignedLong(value.asU32());
    }

    /** What must be there. */
    static <T> T needed(Node node, String property, Form<T> form) throws FdtException {
        Optional<T> value = read(node, property, form);
        if (value.isEmpty()) {
            throw FdtException.in(FdtError.BADVALUE, node.path(), property, "this property is needed here");
        }
        return value.get();
    }

    /** Memory whose start and size are two properties, both of which must be there. */
    static AddressRange extent(Node node, String start, Form<Long> startForm, String size, Form<Long> sizeForm)
            throws FdtException {
        return AddressRange.read(needed(node, start, startForm), needed(node, size, sizeForm), node, size);
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
