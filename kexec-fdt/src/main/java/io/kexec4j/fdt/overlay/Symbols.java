package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The labels of a tree: the properties of its node /__symbols__, whose values are paths. */
public final class Symbols {
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    private Symbols() {}

    /**
     * {@return the paths of the labels, in the order of /__symbols__; without those whose value is no string. Whether
     * there is a node at a path is not looked at}
     *
     * @param tree the tree
     */
    public static Map<String, String> read(DeviceTree tree) {
        Map<String, String> paths = new LinkedHashMap<>();
        tree.root()
                .child(OverlayNames.SYMBOLS)
                .map(Node::properties)
                .orElse(List.of())
                .forEach(
                        symbol -> Texts.only(symbol.value()).ifPresent(path -> paths.putIfAbsent(symbol.name(), path)));
        return paths;
    }

    /**
     * {@return the node that has a label; empty if there is no such label or no such node}
     *
     * @param tree the tree
     * @param label the label
     */
    public static Optional<? extends Node> node(DeviceTree tree, String label) {
        return tree.root()
                .child(OverlayNames.SYMBOLS)
                .flatMap(symbols -> symbols.property(label))
                .flatMap(Texts::only)
                .flatMap(path -> Lookup.find(tree, path));
    }

    /**
     * Adds labels to a tree, as dtc -@ does: each becomes a property of /__symbols__, and its node gets a phandle if it has
     * none, the smallest that is free. A label that is there gets the new path.
     *
     * @param tree the tree to change
     * @param labels the nodes by their labels
     * @throws IllegalArgumentException if a node is not in the tree, or if a label is not made of letters, digits and '_'
     *     without a digit at the start
     */
    public static void add(EditableTree tree, Map<String, EditableNode> labels) {
        labels.forEach((label, node) -> {
            checkLabel(label);
            checkInside(tree, node);
        });
        if (labels.isEmpty()) {
            return;
        }
        FreePhandles free = new FreePhandles(tree);
        EditableNode symbols = tree.root().childOrAdd(OverlayNames.SYMBOLS);
        labels.forEach((label, node) -> {
            free.phandleOf(node);
            symbols.set(label, Texts.value(List.of(node.path())));
        });
    }

    /** A label as dtc knows it. */
    static String checkLabel(String label) {
        if (!LABEL.matcher(label).matches()) {
            throw new IllegalArgumentException(
                    "a label has letters, digits and '_', and begins with no digit: \"" + label + '"');
        }
        return label;
    }

    static void checkInside(EditableTree tree, EditableNode node) {
        EditableNode top = node;
        for (Optional<EditableNode> above = node.parent(); above.isPresent(); above = top.parent()) {
            top = above.get();
        }
        if (top != tree.root()) {
            throw new IllegalArgumentException("the node " + node.path() + " is not in this tree");
        }
    }
}
