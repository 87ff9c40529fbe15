package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.dts.FixupNodes.NotAFixupException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The phandles of an overlay that are printed as references. They are, all or none: if the two nodes that say where they stand
 * are the very ones that a compiler makes of the references.
 */
final class PrintedReferences {
    private static final PrintedReferences NONE = new PrintedReferences(Map.of());

    /** A property, and the offsets at which a reference stands in it. */
    private final Map<Node, Map<String, NavigableMap<Integer, String>>> places;

    private PrintedReferences(Map<Node, Map<String, NavigableMap<Integer, String>>> places) {
        this.places = places;
    }

    static PrintedReferences none() {
        return NONE;
    }

    /** All references of a tree; none unless they can stand for the two nodes. */
    static PrintedReferences of(DeviceTree tree, PrintedLabels labels) {
        PrintedReferences found = new PrintedReferences(new HashMap<>());
        try {
            FixupReader reader = new FixupReader(tree, labels, found::add);
            reader.read();
            return found.isCompiledTo(tree) ? found : NONE;
        } catch (NotAFixupException e) {
            return NONE;
        }
    }

    /** The references in a property, by their offsets. */
    NavigableMap<Integer, String> in(Node node, String property) {
        @Nullable
        NavigableMap<Integer, String> found =
                places.getOrDefault(node, Map.of()).get(property);
        return found == null ? new TreeMap<>() : found;
    }

    /** Whether a node is left out, since references stand for it. */
    boolean replace(Node node) {
        return !places.isEmpty()
                && node.depth() == 1
                && (node.name().equals(FixupNodes.FIXUPS) || node.name().equals(FixupNodes.LOCAL_FIXUPS));
    }

    private void add(Node node, String property, int offset, String reference) {
        places.computeIfAbsent(node, key -> new HashMap<>())
                .computeIfAbsent(property, key -> new TreeMap<>())
                .put(offset, reference);
    }

    /** Whether a compiler that is given the references makes the same two nodes, at the same place. */
    private boolean isCompiledTo(DeviceTree tree) throws NotAFixupException {
        FixupNodes fixups = new FixupNodes();
        for (Node node : (Iterable<Node>) tree.nodes()::iterator) {
            if (places.containsKey(node)) {
                for (Property property : node.properties()) {
                    if (!record(node, property, fixups)) {
                        return false;
                    }
                }
            }
        }
        EditableTree compiled = EditableTree.empty();
        fixups.writeTo(compiled);
        List<? extends Node> made = compiled.root().children();
        List<? extends Node> all = tree.root().children();
        List<? extends Node> last = all.subList(Math.max(0, all.size() - made.size()), all.size());
        return tree.root().children().stream().filter(this::replace).count() == made.size()
                && SameNodes.areSame(last, made);
    }

    private boolean record(Node node, Property property, FixupNodes fixups) {
        int end = 0;
        for (Map.Entry<Integer, String> entry : in(node, property.name()).entrySet()) {
            int offset = entry.getKey();
            boolean overlaps = offset < end;
            if (overlaps || SourcePhandles.isPhandle(property.name())) {
                return false;
            }
            end = offset + Integer.BYTES;
            String reference = entry.getValue();
            Optional<String> label = FixupReader.baseLabel(reference, property.value(), offset);
            if (label.isPresent()) {
                fixups.add(label.get(), node.path(), property.name(), offset);
            } else {
                fixups.addLocal(node.path(), property.name(), offset);
            }
        }
        return true;
    }

    /** Whether all of a value is cells, some of which are references. */
    static boolean areCells(PropertyValue value, NavigableMap<Integer, String> references) {
        return value.size() % Integer.BYTES == 0
                && references.keySet().stream().allMatch(offset -> offset % Integer.BYTES == 0);
    }
}
