package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import java.util.HashSet;
import java.util.Set;

/** Gives phandles to nodes that have none: 1, 2 and so on, without those in use. */
final class FreePhandles {
    private final Set<Integer> used = new HashSet<>();
    private int next = 1;

    FreePhandles(EditableTree tree) {
        tree.nodes().forEach(node -> node.phandle().ifPresent(used::add));
    }

    /** The phandle of a node, which gets one if need be. */
    int phandleOf(EditableNode node) {
        return node.phandle().orElseGet(() -> {
            while (!used.add(next)) {
                next++;
            }
            node.unset(OverlayNames.LINUX_PHANDLE);
            node.set(OverlayNames.PHANDLE, PropertyValue.ofCells(next));
            return next;
        });
    }
}
