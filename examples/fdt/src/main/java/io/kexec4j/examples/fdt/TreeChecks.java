package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.dts.DtsPrinter;
import java.util.List;

/** What dtc checks in every tree, whatever it was read from, and does not write without -f. */
final class TreeChecks {
    private static final String NAME = "name";

    private TreeChecks() {}

    /** The errors of a tree. Properties {@code name} that say what the name of the node says are removed, as dtc does. */
    static List<String> check(EditableTree tree) {
        for (EditableNode node : tree.all()) {
            PropertyValue name = node.property(NAME).orElse(null);
            if (name != null && Bytes.text(name).equals(node.baseName() + '\0')) {
                node.unset(NAME);
            }
        }
        return DtsPrinter.errors(tree).stream().map(FileErrors::text).toList();
    }
}
