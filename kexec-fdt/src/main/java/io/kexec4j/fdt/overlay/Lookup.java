package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * How overlays find nodes: by the exact name, and if there is none, a name without unit address finds the first that has one,
 * as in libfdt. (libfdt does not ask for the exact name first.)
 */
final class Lookup {
    private Lookup() {}

    static Optional<? extends Node> find(DeviceTree tree, String path) {
        Optional<? extends Node> exact = tree.node(path);
        return exact.isPresent() ? exact : tree.nodeOfAnyUnit(path);
    }

    static Optional<EditableNode> find(EditableTree tree, String path) {
        return tree.node(path).or(() -> tree.nodeOfAnyUnit(path));
    }

    static Optional<? extends Node> child(Node node, String name) {
        Optional<? extends Node> exact = node.child(name);
        return exact.isPresent() ? exact : node.childOfAnyUnit(name);
    }

    static Optional<EditableNode> child(EditableNode node, String name) {
        return node.child(name).or(() -> node.childOfAnyUnit(name));
    }

    /** Whether a path could be followed at all: it is absolute or begins with an alias. */
    static boolean isPath(DeviceTree tree, String path) {
        int slash = path.indexOf('/');
        return slash == 0
                || tree.alias(slash < 0 ? path : path.substring(0, slash)).isPresent();
    }

    /** A node and all below it, in tree order. */
    static List<EditableNode> below(EditableNode top) {
        List<EditableNode> all = new ArrayList<>();
        Deque<EditableNode> open = new ArrayDeque<>();
        open.push(top);
        while (!open.isEmpty()) {
            EditableNode node = open.pop();
            all.add(node);
            List<EditableNode> children = node.children();
            for (int i = children.size() - 1; i >= 0; i--) {
                open.push(children.get(i));
            }
        }
        return all;
    }
}
