package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.PropertyValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The values of an editable tree in which phandles change. A value is copied once, however many of its cells change, and
 * found again when it has been given to another node.
 */
final class PhandleEdits {
    private final Map<EditableNode, Map<String, Value>> values = new LinkedHashMap<>();

    /** A value that is about to change. */
    private static final class Value {
        final byte[] bytes;

        /** Where it has phandles of nodes of the overlay. */
        final List<Integer> local = new ArrayList<>();

        Value(byte[] bytes) {
            this.bytes = bytes;
        }

        int get(int offset) {
            return ByteBuffer.wrap(bytes).getInt(offset);
        }

        void put(int offset, int phandle) {
            ByteBuffer.wrap(bytes).putInt(offset, phandle);
        }

        boolean replace(Map<Integer, Integer> replacements) {
            boolean replaced = false;
            for (int offset : local) {
                Integer replacement = replacements.get(get(offset));
                if (replacement != null) {
                    put(offset, replacement);
                    replaced = true;
                }
            }
            return replaced;
        }
    }

    int get(EditableNode node, String property, int offset) {
        return value(node, property).get(offset);
    }

    void put(EditableNode node, String property, int offset, int phandle) {
        value(node, property).put(offset, phandle);
    }

    /** Remembers that a place has the phandle of a node of the overlay. */
    void markLocal(EditableNode node, String property, int offset) {
        value(node, property).local.add(offset);
    }

    /** Sets the properties to what their values have become. */
    void store() {
        values.forEach((node, properties) -> properties.forEach((name, value) -> store(node, name, value)));
    }

    /** After a property has been copied to another node: its places are there now, and what was there is gone. */
    void move(EditableNode from, String property, EditableNode to) {
        Optional<Value> moved = Optional.ofNullable(values.get(from)).map(properties -> properties.remove(property));
        Optional.ofNullable(values.get(to)).ifPresent(properties -> properties.remove(property));
        moved.ifPresent(value ->
                values.computeIfAbsent(to, node -> new LinkedHashMap<>()).put(property, value));
    }

    /** Replaces phandles of nodes of the overlay, wherever they are, and sets the properties. */
    void replaceLocal(Map<Integer, Integer> replacements) {
        values.forEach((node, properties) -> properties.forEach((name, value) -> {
            if (value.replace(replacements)) {
                store(node, name, value);
            }
        }));
    }

    private static void store(EditableNode node, String name, Value value) {
        node.set(name, PropertyValue.of(value.bytes));
    }

    private Value value(EditableNode node, String property) {
        return values.computeIfAbsent(node, found -> new LinkedHashMap<>())
                .computeIfAbsent(
                        property,
                        name -> new Value(node.property(name).orElseThrow().toByteArray()));
    }
}
