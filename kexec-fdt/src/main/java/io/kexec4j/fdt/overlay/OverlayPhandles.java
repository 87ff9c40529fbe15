package io.kexec4j.fdt.overlay;

import static io.kexec4j.fdt.FdtError.BADOVERLAY;
import static io.kexec4j.fdt.FdtError.BADPHANDLE;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Gives the nodes of an overlay phandles that the base does not have, and checks its names on the way. */
final class OverlayPhandles {
    private final EditableTree overlay;
    private final PhandleShift shift;

    OverlayPhandles(EditableTree overlay, PhandleShift shift) {
        this.overlay = overlay;
        this.shift = shift;
    }

    void checkAndRenumber() throws FdtException {
        checkNames(overlay.root());
        renumber(overlay.root());
        for (EditableNode child : overlay.root().children()) {
            // A label may be called "phandle" too.
            boolean numbered = !OverlayNames.isMetadata(child.name());
            for (EditableNode node : Lookup.below(child)) {
                checkNames(node);
                if (numbered) {
                    renumber(node);
                }
            }
        }
    }

    private static void checkNames(EditableNode node) throws FdtException {
        List<Property> properties = node.properties();
        Set<String> names = new HashSet<>(properties.size() * 2);
        for (Property property : properties) {
            if (property.name().isEmpty()) {
                throw FdtException.in(BADOVERLAY, node.path(), "a property of an overlay has a name");
            }
            if (!names.add(property.name())) {
                throw FdtException.in(
                        BADOVERLAY, node.path(), property.name(), "no two properties of a node have the same name");
            }
        }
        names.clear();
        for (EditableNode child : node.children()) {
            if (!names.add(child.name())) {
                throw FdtException.in(BADOVERLAY, child.path(), "no two children of a node have the same name");
            }
        }
    }

    private void renumber(EditableNode node) throws FdtException {
        for (String name : List.of(OverlayNames.PHANDLE, OverlayNames.LINUX_PHANDLE)) {
            PropertyValue value = node.property(name).orElse(null);
            if (value != null) {
                node.set(name, PropertyValue.ofCells(renumbered(node, name, value)));
            }
        }
    }

    private int renumbered(EditableNode node, String name, PropertyValue value) throws FdtException {
        if (value.size() != Integer.BYTES) {
            throw FdtException.in(
                    BADPHANDLE, node.path(), name, "a phandle is 4 bytes long, and not " + value.size() + " bytes");
        }
        int phandle = value.intAt(0);
        if (phandle == 0 || phandle == -1) {
            throw FdtException.in(BADPHANDLE, node.path(), name, "a phandle is neither 0 nor 0xffffffff");
        }
        return shift.apply(phandle, "phandle", node, name);
    }
}
