package io.kexec4j.fdt;

import java.util.ArrayDeque;
import java.util.Deque;

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

    /** Adds all nodes of a blob below its root: the same, without a view of each node in between. */
    static void fill(EditableNode root, Structure structure, BlobProperties properties) {
        EditableNode[] nodes = new EditableNode[structure.nodeCount()];
        nodes[0] = root;
        for (int i = 1; i < nodes.length; i++) {
            nodes[i] = new EditableNode(structure.name(i), new PropertyList(properties, i));
            nodes[structure.parent(i)].append(nodes[i]);
        }
    }
}
