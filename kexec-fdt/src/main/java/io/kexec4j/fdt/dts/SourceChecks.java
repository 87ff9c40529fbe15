package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.FdtLimits;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What must hold for a source once it is read: the rules that dtc checks and takes for errors. */
final class SourceChecks {
    private final SourceTree tree;
    private final Set<String> labels = new HashSet<>();

    SourceChecks(SourceTree tree) {
        this.tree = tree;
    }

    void check(FdtLimits limits) throws DtsException {
        Map<SourceNode, Integer> depths = new HashMap<>();
        for (SourceNode node : tree.nodes()) {
            int depth = node.parent() == null ? 1 : depths.getOrDefault(node.parent(), 0) + 1;
            depths.put(node, depth);
            if (depth > limits.maxDepth()) {
                throw DtsException.ofTree(node.at(), "the tree is more than " + limits.maxDepth() + " nodes deep");
            }
            checkNode(node);
        }
    }

    private void checkNode(SourceNode node) throws DtsException {
        if (node.parent() != null) {
            checkName(node);
        }
        for (String label : node.labels().present()) {
            verifyNew(label, node.at());
        }
        Set<String> names = new HashSet<>();
        for (SourceProperty property : node.properties()) {
            if (!property.isDeleted()) {
                checkProperty(property);
                if (!names.add(property.name())) {
                    throw DtsException.ofTree(property.at(), "there is a property " + property.name() + " already");
                }
            }
        }
        names.clear();
        for (SourceNode child : node.children()) {
            // A deletion does not apply to what the same braces define.
            if (names.contains(child.name())) {
                throw DtsException.ofTree(child.at(), "there is a node " + child.name() + " already");
            }
            if (!child.isDeleted()) {
                names.add(child.name());
            }
        }
        removeName(node);
    }

    private static void checkName(SourceNode node) throws DtsException {
        if (!Names.isNode(node.name())) {
            throw DtsException.ofTree(node.at(), Names.NODE_RULE);
        }
    }

    private void checkProperty(SourceProperty property) throws DtsException {
        if (!Names.isProperty(property.name())) {
            throw DtsException.ofTree(property.at(), Names.PROPERTY_RULE);
        }
        for (String label : property.labels().present()) {
            verifyNew(label, property.at());
        }
        for (Token label : property.value().labels()) {
            verifyNew(label.text(), label.at());
        }
    }

    private void verifyNew(String label, DtsPosition at) throws DtsException {
        if (!labels.add(label)) {
            throw DtsException.ofTree(at, "the label " + label + " is given twice");
        }
    }

    /** A property {@code name}, as older trees have it, says what the node is called, and nothing is left of it. */
    private static void removeName(SourceNode node) throws DtsException {
        SourceProperty name = node.present(Names.NAME);
        if (name != null) {
            byte[] bytes = name.value().toByteArray();
            if (!name.value().references().isEmpty() || !Names.isBaseName(bytes, node.name())) {
                throw DtsException.ofTree(name.at(), "the property name is the node's name without its unit address");
            }
            name.delete();
        }
    }
}
