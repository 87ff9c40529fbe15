package io.kexec4j.fdt.dts;

import static io.kexec4j.fdt.FdtError.BADPHANDLE;
import static io.kexec4j.fdt.FdtError.BADVALUE;
import static io.kexec4j.fdt.FdtError.EXISTS;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a tree must be like for its source to compile to the same tree again. */
final class SourceRules {
    private static final String LINUX_PHANDLE = "linux,phandle";

    private final Set<Integer> phandles = new HashSet<>();

    private final List<FdtException> errors = new ArrayList<>();

    private SourceRules() {}

    static void verify(DeviceTree tree) throws FdtException {
        SourceRules rules = new SourceRules();
        for (Node node : (Iterable<Node>) tree.nodes()::iterator) {
            rules.verifyNode(node);
            if (!rules.errors.isEmpty()) {
                throw rules.errors.get(0);
            }
        }
    }

    /** All that is wrong. */
    static List<FdtException> errors(DeviceTree tree) {
        SourceRules rules = new SourceRules();
        tree.nodes().forEach(rules::verifyNode);
        return rules.errors;
    }

    private void verifyNode(Node node) {
        Set<String> names = new HashSet<>();
        for (Property property : node.properties()) {
            if (!Names.isProperty(property.name())) {
                errors.add(FdtException.in(BADVALUE, node.path(), property.name(), Names.PROPERTY_RULE));
            }
            if (property.name().equals(Names.NAME)) {
                errors.add(FdtException.in(
                        BADVALUE,
                        node.path(),
                        Names.NAME,
                        "a compiler takes the property name out, which is the name of the node if anything"));
            }
            if (!names.add(property.name())) {
                errors.add(FdtException.in(EXISTS, node.path(), property.name(), "a source has each property once"));
            }
        }
        names.clear();
        for (Node child : node.children()) {
            if (!Names.isNode(child.name())) {
                errors.add(FdtException.in(BADVALUE, child.path(), Names.NODE_RULE));
            }
            if (!names.add(child.name())) {
                errors.add(FdtException.in(EXISTS, child.path(), "a source has each node once"));
            }
        }
        verifyPhandle(node);
    }

    private void verifyPhandle(Node node) {
        Optional<PropertyValue> phandle = node.property(SourcePhandles.NAME);
        Optional<PropertyValue> linuxPhandle = node.property(LINUX_PHANDLE);
        verifyPhandle(node, SourcePhandles.NAME, phandle);
        verifyPhandle(node, LINUX_PHANDLE, linuxPhandle);
        if (phandle.isPresent() && linuxPhandle.isPresent() && !phandle.equals(linuxPhandle)) {
            errors.add(FdtException.in(BADPHANDLE, node.path(), "phandle and linux,phandle are the same number"));
        }
        Optional<Integer> number = node.phandle();
        if (number.isPresent() && !phandles.add(number.get())) {
            errors.add(FdtException.in(BADPHANDLE, node.path(), "no two nodes have the same phandle"));
        }
    }

    private void verifyPhandle(Node node, String name, Optional<PropertyValue> value) {
        if (value.isPresent()
                && (value.get().size() != Integer.BYTES
                        || value.get().intAt(0) == 0
                        || value.get().intAt(0) == -1)) {
            errors.add(FdtException.in(
                    BADPHANDLE, node.path(), name, "a phandle is one cell, and neither 0 nor 0xffffffff"));
        }
    }
}
