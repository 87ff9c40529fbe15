package io.kexec4j.fdt;

import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_CHARACTERS;
import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_LENGTH;
import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_OF_PROPERTY;
import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_START;
import static io.kexec4j.fdt.SpecificationRule.NODE_NAME_TWICE;
import static io.kexec4j.fdt.SpecificationRule.PHANDLE_TWICE;
import static io.kexec4j.fdt.SpecificationRule.PHANDLE_VALUE;
import static io.kexec4j.fdt.SpecificationRule.PROPERTY_NAME_CHARACTERS;
import static io.kexec4j.fdt.SpecificationRule.PROPERTY_NAME_LENGTH;
import static io.kexec4j.fdt.SpecificationRule.PROPERTY_NAME_TWICE;
import static io.kexec4j.fdt.SpecificationRule.UNIT_ADDRESS_CHARACTERS;
import static io.kexec4j.fdt.SpecificationRule.UNIT_ADDRESS_WITHOUT_REG;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rules about the names of nodes and properties, and about phandles. */
final class NodeRules {
    private static final int LONGEST = 31;

    private final Fdt tree;
    private final Structure structure;
    private final List<Violation> found;
    private final Set<Integer> phandles = new HashSet<>();

    private NodeRules(Fdt tree, List<Violation> found) {
        this.tree = tree;
        this.structure = tree.structure();
        this.found = found;
    }

    static void check(Fdt tree, List<Violation> found) {
        NodeRules rules = new NodeRules(tree, found);
        for (int node = 0; node < tree.structure().nodeCount(); node++) {
            if (node > 0) {
                rules.checkName(node);
            }
            rules.checkNamesIn(node);
        }
        for (int node = 0; node < tree.structure().nodeCount(); node++) {
            rules.checkPhandle(node);
        }
    }

    private void checkName(int node) {
        String name = structure.name(node);
        int at = name.indexOf('@');
        String base = at < 0 ? name : name.substring(0, at);
        if (base.isEmpty() || base.length() > LONGEST) {
            add(NODE_NAME_LENGTH, node);
        }
        if (!base.chars().allMatch(NodeRules::isNodeCharacter)) {
            add(NODE_NAME_CHARACTERS, node);
        } else if (!base.isEmpty() && !isLetter(base.charAt(0))) {
            add(NODE_NAME_START, node);
        }
        if (at >= 0) {
            String unit = name.substring(at + 1);
            if (unit.isEmpty() || !unit.chars().allMatch(NodeRules::isNodeCharacter)) {
                add(UNIT_ADDRESS_CHARACTERS, node);
            }
            if (new FdtNode(tree, node).property("reg").isEmpty()) {
                add(UNIT_ADDRESS_WITHOUT_REG, node);
            }
        }
    }

    private void checkNamesIn(int node) {
        Set<String> names = new HashSet<>();
        for (int at = structure.firstProperty(node); at >= 0; at = structure.nextProperty(at)) {
            String name = structure.propertyName(at);
            if (name.isEmpty() || name.length() > LONGEST) {
                add(PROPERTY_NAME_LENGTH, node, at, name);
            }
            if (!name.chars().allMatch(NodeRules::isPropertyCharacter)) {
                add(PROPERTY_NAME_CHARACTERS, node, at, name);
            }
            if (!names.add(name)) {
                add(PROPERTY_NAME_TWICE, node, at, name);
            }
        }
        Set<String> children = new HashSet<>();
        for (int child = structure.firstChild(node); child >= 0; child = structure.nextSibling(child)) {
            String name = structure.name(child);
            if (!children.add(name)) {
                add(NODE_NAME_TWICE, child);
            }
            if (names.contains(name)) {
                add(NODE_NAME_OF_PROPERTY, child);
            }
        }
    }

    private void checkPhandle(int node) {
        for (int at = structure.firstProperty(node); at >= 0; at = structure.nextProperty(at)) {
            if (structure.isPropertyName(at, Phandles.NAME) || structure.isPropertyName(at, Phandles.LINUX_NAME)) {
                PropertyValue value = structure.value(at);
                if (value.size() != Integer.BYTES || !Phandles.isUsable(value.intAt(0))) {
                    add(PHANDLE_VALUE, node, at, structure.propertyName(at));
                }
            }
        }
        Optional<Integer> phandle = new FdtNode(tree, node).phandle();
        if (phandle.isPresent() && !phandles.add(phandle.get())) {
            add(PHANDLE_TWICE, node);
        }
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isNodeCharacter(int c) {
        return isLetter(c) || (c >= '0' && c <= '9') || ",._+-".indexOf(c) >= 0;
    }

    private static boolean isPropertyCharacter(int c) {
        return isNodeCharacter(c) || c == '?' || c == '#';
    }

    private void add(SpecificationRule rule, int node) {
        found.add(new Violation(
                rule, structure.nameOffset(node), Optional.of(new FdtNode(tree, node)), Optional.empty()));
    }

    private void add(SpecificationRule rule, int node, int property, String name) {
        found.add(new Violation(
                rule, structure.propertyOffset(property), Optional.of(new FdtNode(tree, node)), Optional.of(name)));
    }
}
