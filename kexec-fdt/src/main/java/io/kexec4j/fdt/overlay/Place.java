package io.kexec4j.fdt.overlay;

import static io.kexec4j.fdt.FdtError.BADOVERLAY;

import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;

/**
 * Four bytes of a property of an overlay, which lie in its value: where a phandle belongs.
 *
 * @param node the node
 * @param property the name of its property
 * @param offset where in the value
 */
record Place(Node node, String property, int offset) {
    /** The place at an unsigned offset. */
    static Place of(Node node, String property, PropertyValue value, long offset, String whose) throws FdtException {
        if (offset > value.size() - (long) Integer.BYTES) {
            throw FdtException.in(
                    BADOVERLAY,
                    node.path(),
                    property,
                    whose + " names the 4 bytes at offset " + offset + " of a value of " + value.size() + " bytes");
        }
        return new Place(node, property, (int) offset);
    }

    FdtException error(FdtError error, String rule) {
        return FdtException.in(error, node.path(), property, rule);
    }
}
