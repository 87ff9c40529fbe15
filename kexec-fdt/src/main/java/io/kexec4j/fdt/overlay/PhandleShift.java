package io.kexec4j.fdt.overlay;

import static io.kexec4j.fdt.FdtError.NOPHANDLES;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;

/**
 * How the phandles of an overlay are moved behind those of the base.
 *
 * @param delta the largest phandle of the base, unsigned: it is added to all
 */
record PhandleShift(int delta) {
    /** What a phandle becomes, unless that is no phandle any more; the error then begins with {@code what} it is. */
    int apply(int phandle, String what, Node node, String property) throws FdtException {
        int shifted = phandle + delta;
        if (Integer.compareUnsigned(shifted, phandle) < 0 || shifted == -1) {
            throw FdtException.in(
                    NOPHANDLES,
                    node.path(),
                    property,
                    what + " " + Integer.toUnsignedString(phandle)
                            + " would be past the largest possible one: the base has up to "
                            + Integer.toUnsignedString(delta));
        }
        return shifted;
    }
}
