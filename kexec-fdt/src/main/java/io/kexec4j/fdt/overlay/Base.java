package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The tree that overlays are applied to, and its phandles as they are at any time. */
final class Base {
    private final EditableTree tree;
    private final Map<Integer, EditableNode> byPhandle = new HashMap<>();
    private int highest;

    Base(EditableTree tree) {
        this.tree = tree;
        register(tree.root());
    }

    EditableTree tree() {
        return tree;
    }

    /** The largest phandle, unsigned; 0 if there is none. */
    int highestPhandle() {
        return highest;
    }

    Optional<EditableNode> byPhandle(int phandle) {
        return Optional.ofNullable(byPhandle.get(phandle));
    }

    /** Takes note of the phandles of a node that has come into the tree, and of all below it. */
    void register(EditableNode top) {
        for (EditableNode node : Lookup.below(top)) {
            registerOnly(node);
        }
    }

    void registerOnly(EditableNode node) {
        node.phandle().ifPresent(phandle -> {
            byPhandle.putIfAbsent(phandle, node);
            highest = Integer.compareUnsigned(phandle, highest) > 0 ? phandle : highest;
        });
    }
}
