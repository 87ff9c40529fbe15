package io.kexec4j.fdt.bindings;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the addresses of a bus appear on the bus above it: the meaning of {@code ranges} and of {@code dma-ranges}
 * (Devicetree Specification v0.4, sections 2.3.8 and 2.3.9).
 */
public sealed interface BusRanges {
    /** The property is absent: nothing of the bus can be seen from above, such as the chips on an I2C bus. */
    record None() implements BusRanges {}

    /** The property is empty: each address is the same above. */
    record Identity() implements BusRanges {}

    /**
     * The property lists what can be seen from above.
     *
     * @param windows the parts of the bus that can be seen, in order; the first one that has an address counts
     */
    record Windows(List<Window> windows) implements BusRanges {
        /**
         * Creates a list.
         *
         * @param windows as above
         */
        public Windows {
            windows = List.copyOf(windows);
        }
    }

    /**
     * A part of a bus that can be seen on the bus above.
     *
     * @param child where it begins on the bus, in its cells
     * @param parent where it begins on the bus above, in the cells of that one
     * @param size how large it is, in the cells of the bus
     */
    record Window(Cells child, Cells parent, Cells size) {}

    /**
     * {@return what a CPU sees of a bus: its {@code ranges}}
     *
     * @param bus a node that is not the root
     * @throws FdtException if the cells of the bus or of the one above cannot be, or if the value does not consist of whole
     *     entries
     */
    static BusRanges of(Node bus) throws FdtException {
        return of(bus, "ranges");
    }

    /**
     * {@return which memory a device on a bus reaches: its {@code dma-ranges}}
     *
     * @param bus a node that is not the root
     * @throws FdtException as for {@link #of(Node)}
     */
    static BusRanges ofDma(Node bus) throws FdtException {
        return of(bus, "dma-ranges");
    }

    private static BusRanges of(Node bus, String property) throws FdtException {
        Optional<CellReader> reader = CellReader.of(bus, property);
        if (reader.isEmpty()) {
            return new None();
        }
        CellReader cells = reader.get();
        if (!cells.hasMore()) {
            return new Identity();
        }
        CellCounts below = CellCounts.addressed(bus);
        int above = CellCounts.addressed(CellCounts.bus(bus)).address();
        List<Window> windows = new ArrayList<>();
        while (cells.hasMore()) {
            windows.add(new Window(cells.take(below.address()), cells.take(above), cells.take(below.size())));
        }
        return new Windows(windows);
    }
}
