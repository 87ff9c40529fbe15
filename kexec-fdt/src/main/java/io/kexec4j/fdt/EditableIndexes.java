package io.kexec4j.fdt;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The indexes of an editable tree. They are told of every change before and after it; what an index cannot follow it
 * forgets, and makes again when it is next asked.
 */
final class EditableIndexes {
    private final EditableTree tree;
    private final PropertyIndex<EditableNode> properties;
    private @Nullable PhandleIndex<EditableNode> phandles;
    private long changes;

    EditableIndexes(EditableTree tree) {
        this.tree = tree;
        this.properties = new PropertyIndex<>(tree::all);
    }

    PropertyIndex<EditableNode> properties() {
        return properties;
    }

    Optional<EditableNode> byPhandle(int phandle) {
        PhandleIndex<EditableNode> index = phandles;
        if (index == null) {
            index = new PhandleIndex<>(tree.all());
            phandles = index;
        }
        return index.find(phandle);
    }

    /** How many changes there have been so far. */
    long changes() {
        return changes;
    }

    /** Counts a change that no index needs to know of. */
    void count() {
        changes++;
    }

    /** Before a property of a node changes. */
    void leave(EditableNode node, String property) {
        count();
        properties.forget(property);
        if (Phandles.isPhandle(property)) {
            leavePhandle(node);
        }
    }

    /** After a property of a node has changed. */
    void enter(EditableNode node, String property) {
        if (Phandles.isPhandle(property)) {
            enterPhandle(node);
        }
    }

    /** Before a node is removed, with all below it. */
    void leave(EditableNode top) {
        count();
        properties.forgetAll();
        if (phandles != null) {
            below(top).forEach(this::leavePhandle);
        }
    }

    /** After a node has been added, with all below it. */
    void enter(EditableNode top) {
        count();
        if (!top.propertyList().isEmpty() || top.childList().size() > 0) {
            properties.forgetAll();
            if (phandles != null) {
                below(top).forEach(this::enterPhandle);
            }
        }
    }

    private void leavePhandle(EditableNode node) {
        PhandleIndex<EditableNode> index = phandles;
        if (index != null) {
            if (index.isAmbiguous()) {
                phandles = null;
            } else {
                node.phandle().ifPresent(index::remove);
            }
        }
    }

    private void enterPhandle(EditableNode node) {
        PhandleIndex<EditableNode> index = phandles;
        if (index != null) {
            node.phandle().ifPresent(phandle -> index.add(phandle, node));
            if (index.isAmbiguous()) {
                // Which of the two is first depends on where they stand.
                phandles = null;
            }
        }
    }

    private static List<EditableNode> below(EditableNode top) {
        return EditableTree.all(top);
    }
}
