package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What dtc checks in every tree, whatever it was read from, and does not write without -f. */
final class TreeChecks {
    private static final String NAME = "name";

    private TreeChecks() {}

    /** The errors of a tree. Properties {@code name} that say what the name of the node says are removed, as dtc does. */
    static List<String> check(EditableTree tree) {
        List<String> errors = new ArrayList<>();
        for (EditableNode node : tree.all()) {
            checkName(node, errors);
            checkNoDuplicates(node, errors);
        }
        return errors;
    }

    private static void checkName(EditableNode node, List<String> errors) {
        PropertyValue name = node.property(NAME).orElse(null);
        if (name == null) {
            return;
        }
        if (Bytes.text(name).equals(node.baseName() + '\0')) {
            node.unset(NAME);
        } else {
            errors.add("(name_properties): " + node.path() + ": the property name is not the name of the node");
        }
    }

    private static void checkNoDuplicates(EditableNode node, List<String> errors) {
        Set<String> names = new HashSet<>();
        for (Property property : node.properties()) {
            if (!names.add(property.name())) {
                errors.add(
                        "(duplicate_property_names): " + node.path() + ": there are two properties " + property.name());
            }
        }
        names.clear();
        for (Node child : node.children()) {
            if (!names.add(child.name())) {
                errors.add("(duplicate_node_names): " + child.path() + ": there are two nodes of this name");
            }
        }
    }
}
