package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;

/** The edits of fdtput, with its errors. */
final class Edits {
    private final EditableTree tree;

    Edits(EditableTree tree) {
        this.tree = tree;
    }

    /** Sets a property of a node that is there. */
    void set(String path, String property, PropertyValue value) throws Failure {
        find(path).set(Streams.raw(property), value);
    }

    /** Adds a node whose parent is there. */
    void create(String path) throws Failure {
        int slash = path.lastIndexOf('/');
        if (slash < 0) {
            throw failure(path, FdtError.BADPATH);
        }
        String name = path.substring(slash + 1);
        EditableNode parent = slash == 0 ? tree.root() : find(path.substring(0, slash), path);
        if (parent.childOfAnyUnit(Streams.raw(name)).isPresent()) {
            throw failure(name, FdtError.EXISTS);
        }
        parent.add(Streams.raw(name));
    }

    /** Adds what is not there of a path. */
    void createPath(String path) {
        EditableNode node = tree.root();
        for (String name : Streams.raw(path).split("/", -1)) {
            if (!name.isEmpty()) {
                EditableNode parent = node;
                node = parent.childOfAnyUnit(name).orElseGet(() -> parent.add(name));
            }
        }
    }

    void remove(String path) throws Failure {
        EditableNode node = find(path);
        if (node == tree.root()) {
            throw new IllegalArgumentException("a tree has a root; it cannot be removed");
        }
        node.remove();
    }

    void unset(String path, String property) throws Failure {
        if (!find(path).unset(Streams.raw(property))) {
            throw failure(path, FdtError.NOTFOUND);
        }
    }

    private EditableNode find(String path) throws Failure {
        return find(path, path);
    }

    private EditableNode find(String path, String place) throws Failure {
        try {
            return (EditableNode) NodePaths.find(tree, Streams.raw(path));
        } catch (FdtException e) {
            throw failure(place, e.error());
        }
    }

    private static Failure failure(String place, FdtError error) {
        return new Failure(1, "Error at '" + place + "': FDT_ERR_" + error);
    }
}
