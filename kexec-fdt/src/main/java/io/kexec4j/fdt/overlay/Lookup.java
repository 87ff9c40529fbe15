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
import java.util.StringTokenizer;

/**
 * How overlays find nodes: by the exact name, and if there is none, a name without unit address finds the first that has one,
 * as in libfdt. (libfdt does not ask for the exact name first.)
 */
final class Lookup {
    private Lookup() {}

    static Optional<? extends Node> find(DeviceTree tree, String path) {
        Optional<? extends Node> exact = tree.node(path);
        return exact.isPresent() ? exact : absolute(tree, path).flatMap(absolute -> follow(tree.root(), absolute));
    }

    static Optional<EditableNode> find(EditableTree tree, String path) {
        return find((DeviceTree) tree, path).map(EditableNode.class::cast);
    }

    /** The path with its alias replaced. */
    private static Optional<String> absolute(DeviceTree tree, String path) {
        int slash = path.indexOf('/');
        if (slash == 0) {
            return Optional.of(path);
        }
        int end = slash < 0 ? path.length() : slash;
        return tree.alias(path.substring(0, end)).map(target -> target + path.substring(end));
    }

    private static Optional<? extends Node> follow(Node root, String path) {
        Optional<? extends Node> node = Optional.of(root);
        StringTokenizer names = new StringTokenizer(path, "/");
        while (node.isPresent() && names.hasMoreTokens()) {
            node = child(node.get(), names.nextToken());
        }
        return node;
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
        return absolute(tree, path).isPresent();
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
