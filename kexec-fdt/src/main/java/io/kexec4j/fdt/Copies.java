package io.kexec4j.fdt;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Copies of nodes with all below them; values are shared, since nothing changes them, but for those of a
 * blob, whose buffer is its owner's. Without recursion, however deep.
 */
final class Copies {
    private Copies() {}

    /** A node and those below it, not yet in a tree. */
    static EditableNode of(Node source) {
        EditableNode top = new EditableNode(source.name());
        fill(top, source);
        return top;
    }

    /** Adds copies of what a node has to another. */
    static void fill(EditableNode target, Node source) {
        Deque<Node> sources = new ArrayDeque<>();
        Deque<EditableNode> targets = new ArrayDeque<>();
        sources.push(source);
        targets.push(target);
        while (!sources.isEmpty()) {
            Node from = sources.pop();
            EditableNode to = targets.pop();
            from.properties()
                    .forEach(property -> to.append(new PropertyEntry(property.name(), own(from, property.value()))));
            for (Node child : from.children()) {
                EditableNode copy = new EditableNode(child.name());
                to.append(copy);
                sources.push(child);
                targets.push(copy);
            }
        }
    }

    private static PropertyValue own(Node source, PropertyValue value) {
        return source instanceof FdtNode ? PropertyValue.of(value.toByteArray()) : value;
    }

    /**
     * Adds all nodes of a blob to a root: the same, without a view of each node in between. The values are those of a copy
     * of the blob; properties that share their name in the blob share it here.
     */
    static void fill(EditableNode root, Fdt fdt) {
        FdtHeader header = fdt.header();
        Blob copy = fdt.blob().copy(header.structureEnd());
        Structure structure = fdt.structure();
        @Nullable String[] names = new String[header.stringsEnd() - header.stringsOffset()];
        EditableNode[] nodes = new EditableNode[structure.nodeCount()];
        for (int i = 0; i < nodes.length; i++) {
            EditableNode node = i == 0 ? root : new EditableNode(structure.name(i));
            nodes[i] = node;
            if (i > 0) {
                nodes[structure.parent(i)].append(node);
            }
            for (int at = structure.firstProperty(i); at >= 0; at = structure.nextProperty(at)) {
                int offset = structure.propertyNameOffset(at) - header.stringsOffset();
                String name = names[offset];
                if (name == null) {
                    name = structure.propertyName(at);
                    names[offset] = name;
                }
                node.append(new PropertyEntry(name, structure.value(at, copy)));
            }
        }
    }
}
