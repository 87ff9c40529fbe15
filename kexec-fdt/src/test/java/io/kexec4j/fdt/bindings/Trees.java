package io.kexec4j.fdt.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.util.List;

/** Hand-built trees. */
final class Trees {
    private Trees() {}

    /** What may fail. */
    @FunctionalInterface
    interface Action {
        void run() throws FdtException;
    }

    /** The node at a path, made with all above it if it is not there. */
    static EditableNode at(EditableTree tree, String path) {
        EditableNode node = tree.root();
        for (String name : path.substring(1).split("/", -1)) {
            node = name.isEmpty() ? node : node.childOrAdd(name);
        }
        return node;
    }

    static EditableNode cells(EditableNode bus, int address, int size) {
        return cells(bus, "#address-cells", address).set("#size-cells", PropertyValue.ofCells(size));
    }

    static EditableNode cells(EditableNode node, String property, int... cells) {
        return node.set(property, PropertyValue.ofCells(cells));
    }

    static EditableNode text(EditableNode node, String property, String... strings) {
        return node.set(property, PropertyValue.ofStrings(strings));
    }

    static EditableNode flag(EditableNode node, String property) {
        return node.set(property, PropertyValue.EMPTY);
    }

    static EditableNode bytes(EditableNode node, String property, int count) {
        return node.set(property, PropertyValue.of(new byte[count]));
    }

    /** The tree, and the same as a blob: what is said of one must hold of the other. */
    static List<DeviceTree> both(EditableTree tree) {
        try {
            return List.of(tree, Fdt.read(tree.write()));
        } catch (FdtException e) {
            throw new AssertionError("what was written cannot be read", e);
        }
    }

    static Node node(DeviceTree tree, String path) {
        return tree.node(path).orElseThrow();
    }

    /** Runs what must fail for a reason at a place. */
    static void assertFails(Action action, FdtError error, String path, String property) {
        FdtException e = catchThrowableOfType(FdtException.class, action::run);
        assertThat(e).as("%s at %s %s", error, path, property).isNotNull();
        assertThat(e.error()).as(e.getMessage()).isEqualTo(error);
        assertThat(e.path()).as(e.getMessage()).contains(path);
        assertThat(e.property().orElse("")).as(e.getMessage()).isEqualTo(property);
    }
}
