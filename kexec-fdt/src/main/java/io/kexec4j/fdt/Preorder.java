package io.kexec4j.fdt;

import org.jspecify.annotations.Nullable;

/** The order in which a blob has its nodes: each before its children. */
final class Preorder {
    private Preorder() {}

    /** The node behind one, among all below a top; null behind the last. */
    static @Nullable EditableNode next(EditableNode node, EditableNode top) {
        EditableNode child = node.childList().first();
        if (child != null) {
            return child;
        }
        @Nullable EditableNode open = node;
        while (open != null && open != top) {
            if (open.next != null) {
                return open.next;
            }
            open = open.above();
        }
        return null;
    }
}
