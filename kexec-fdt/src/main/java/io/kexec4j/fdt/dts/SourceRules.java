package io.kexec4j.fdt.dts;

import static io.kexec4j.fdt.FdtError.BADPHANDLE;
import static io.kexec4j.fdt.FdtError.BADVALUE;
import static io.kexec4j.fdt.FdtError.EXISTS;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What a tree must be like for its source to compile to the same tree again. */
final class SourceRules {
    private static final String LINUX_PHANDLE = "linux,phandle";

    private final Set<Integer> phandles = new HashSet<>();

    private SourceRules() {}

    static void verify(DeviceTree tree) throws FdtException {
        SourceRules rules = new SourceRules();
        for (Node node : (Iterable<Node>) tree.nodes()::iterator) {
            rules.verifyNode(node);
        }
    }

    private void verifyNode(Node node) throws FdtException {
        Set<String> names = new HashSet<>();
        for (Property property : node.properties()) {
            if (!Names.isProperty(property.name())) {
                throw FdtException.in(BADVALUE, node.path(), property.name(), Names.PROPERTY_RULE);
            }
            if (property.name().equals(Names.NAME)) {
                throw FdtException.in(BADVALUE, node.path(), Names.NAME, "a compiler takes the property name out");
            }
            if (!names.add(property.name())) {
                throw FdtException.in(EXISTS, node.path(), property.name(), "a source has each property once");
            }
        }
        names.clear();
        for (Node child : node.children()) {
            if (!Names.isNode(child.name())) {
                throw FdtException.in(BADVALUE, child.path(), Names.NODE_RULE);
            }
            if (!names.add(child.name())) {
                throw FdtException.in(EXISTS, child.path(), "a source has each node once");
            }
        }
        verifyPhandle(node);
    }

    private void verifyPhandle(Node node) throws FdtException {
        Optional<PropertyValue> phandle = node.property(SourcePhandles.NAME);
        Optional<PropertyValue> linuxPhandle = node.property(LINUX_PHANDLE);
        verifyPhandle(node, SourcePhandles.NAME, phandle);
        verifyPhandle(node, LINUX_PHANDLE, linuxPhandle);
        if (phandle.isPresent() && linuxPhandle.isPresent() && !phandle.equals(linuxPhandle)) {
            throw FdtException.in(BADPHANDLE, node.path(), "phandle and linux,phandle are the same number");
        }
        Optional<Integer> number = node.phandle();
        if (number.isPresent() && !phandles.add(number.get())) {
            throw FdtException.in(BADPHANDLE, node.path(), "no two nodes have the same phandle");
        }
    }

    private static void verifyPhandle(Node node, String name, Optional<PropertyValue> value) throws FdtException {
        if (value.isPresent()
                && (value.get().size() != Integer.BYTES
                        || value.get().intAt(0) == 0
                        || value.get().intAt(0) == -1)) {
            throw FdtException.in(BADPHANDLE, node.path(), name, "a phandle is one cell, and neither 0 nor 0xffffffff");
        }
    }
}
