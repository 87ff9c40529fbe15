package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects where the phandles of a tree stand, and writes it into the tree as the nodes {@code /__fixups__}, of phandles
 * that only a base will have, and {@code /__local_fixups__}, of those within the tree.
 */
final class FixupNodes {
    static final String FIXUPS = "__fixups__";
    static final String LOCAL_FIXUPS = "__local_fixups__";

    /** A place of a phandle within the tree. */
    private record Place(String path, String property) {}

    private final Map<String, Set<String>> fixups = new LinkedHashMap<>();
    private final Map<Place, Set<Integer>> localFixups = new LinkedHashMap<>();

    /** Adds a phandle of a node of the base, which has this label there. */
    void add(String label, String path, String property, int offset) {
        fixups.computeIfAbsent(label, key -> new LinkedHashSet<>()).add(path + ':' + property + ':' + offset);
    }

    /** Adds a phandle of a node of this tree. */
    void addLocal(String path, String property, int offset) {
        localFixups
                .computeIfAbsent(new Place(path, property), key -> new LinkedHashSet<>())
                .add(offset);
    }

    /** Writes both nodes, if there is anything to write; what the tree says already stays, and comes first. */
    void writeTo(EditableTree tree) throws NotAFixupException {
        if (!fixups.isEmpty()) {
            EditableNode node = tree.root().childOrAdd(FIXUPS);
            for (Map.Entry<String, Set<String>> entry : fixups.entrySet()) {
                writeFixups(node, entry.getKey(), entry.getValue());
            }
        }
        if (!localFixups.isEmpty()) {
            EditableNode top = tree.root().childOrAdd(LOCAL_FIXUPS);
            for (Map.Entry<Place, Set<Integer>> entry : localFixups.entrySet()) {
                EditableNode node = top;
                for (String name : entry.getKey().path().split("/", 0)) {
                    node = name.isEmpty() ? node : node.childOrAdd(name);
                }
                writeOffsets(node, entry.getKey().property(), entry.getValue());
            }
        }
    }

    private static void writeFixups(EditableNode node, String label, Set<String> places) throws NotAFixupException {
        Set<String> all = new LinkedHashSet<>();
        PropertyValue given = node.property(label).orElse(PropertyValue.EMPTY);
        int size = given.size();
        NotAFixupException.verify(size == 0 || given.byteAt(size - 1) == 0, node, label);
        String text = new String(given.toByteArray(), StandardCharsets.ISO_8859_1);
        List<String> kept = new ArrayList<>();
        for (int start = 0; start < size; start = text.indexOf('\0', start) + 1) {
            kept.add(text.substring(start, text.indexOf('\0', start)));
        }
        all.addAll(kept);
        StringBuilder strings = new StringBuilder(text);
        places.stream().filter(all::add).forEach(place -> strings.append(place).append('\0'));
        node.set(label, PropertyValue.of(strings.toString().getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static void writeOffsets(EditableNode node, String property, Set<Integer> offsets)
            throws NotAFixupException {
        PropertyValue given = node.property(property).orElse(PropertyValue.EMPTY);
        NotAFixupException.verify(given.size() % Integer.BYTES == 0, node, property);
        Set<Integer> added = new LinkedHashSet<>(offsets);
        for (int i = 0; i < given.size(); i += Integer.BYTES) {
            added.remove(given.intAt(i));
        }
        ByteBuffer cells = ByteBuffer.allocate(given.size() + Integer.BYTES * added.size());
        cells.put(given.bytes());
        added.forEach(cells::putInt);
        node.set(property, PropertyValue.of(cells.array()));
    }

    /** What the tree says of fixups has not the form of them. */
    static final class NotAFixupException extends Exception {
        private static final long serialVersionUID = 1;

        private NotAFixupException(Node node, String property) {
            super("the property " + property + " of " + node.path() + " is no list of places of phandles");
        }

        static void verify(boolean condition, Node node, String property) throws NotAFixupException {
            if (!condition) {
                throw new NotAFixupException(node, property);
            }
        }
    }
}
