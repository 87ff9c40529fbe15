package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADVALUE;

import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.util.Optional;

/** Reads the cells of a property one after the other. */
final class CellReader {
    private final Node node;
    private final String property;
    private final int[] cells;
    private int next;

    private CellReader(Node node, String property, int[] cells) {
        this.node = node;
        this.property = property;
        this.cells = cells;
    }

    /** A reader of a property, if the node has it. */
    static Optional<CellReader> of(Node node, String property) throws FdtException {
        return Values.read(node, property, PropertyValue::asCells).map(cells -> new CellReader(node, property, cells));
    }

    boolean hasMore() {
        return next < cells.length;
    }

    int remaining() {
        return cells.length - next;
    }

    int next() throws FdtException {
        return take(1).cell(0);
    }

    /** As many cells as an entry has there. */
    Cells take(int count) throws FdtException {
        if (count > cells.length - next) {
            throw error(BADVALUE, "an entry has " + count + " more cells here; " + (cells.length - next) + " are left");
        }
        int[] taken = new int[count];
        System.arraycopy(cells, next, taken, 0, count);
        next += count;
        return Cells.of(taken);
    }

    FdtException error(FdtError error, String rule) {
        return FdtException.in(error, node.path(), property, rule);
    }
}
