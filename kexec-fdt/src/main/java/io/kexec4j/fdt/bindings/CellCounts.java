package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADNCELLS;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How many cells the addresses and the sizes of a bus have: its {@code #address-cells} and {@code #size-cells}
 * (Devicetree Specification v0.4, section 2.3.5). They say how to read the {@code reg} of the nodes right below the bus, and
 * are not inherited: a bus without them has 2 and 1, whatever the buses above have. (Linux looks further up; no tree should
 * depend on it, and dtc warns of those that do.)
 *
 * @param address the cells of an address, 0 to 4. With 0 there are no addresses, which only interrupt controllers use
 * @param size the cells of a size, 0 to 4. With 0 there are only addresses, such as those of I2C devices and CPUs
 */
public record CellCounts(int address, int size) {
    /** What a bus has that does not say. */
    public static final CellCounts DEFAULT = new CellCounts(2, 1);

    /** More cells than this are not read. */
    private static final int MAX = 4;

    /**
     * Creates counts.
     *
     * @param address as above
     * @param size as above
     * @throws IllegalArgumentException if one is not from 0 to 4
     */
    public CellCounts {
        if (!isCount(address) || !isCount(size)) {
            throw new IllegalArgumentException("an address or a size has 0 to 4 cells");
        }
    }

    /**
     * {@return what a node says of those right below it}
     *
     * @param bus the node that has the two properties, or the defaults
     * @throws FdtException if one of them is not one cell, or more than 4
     */
    public static CellCounts below(Node bus) throws FdtException {
        return new CellCounts(
                read(bus, "#address-cells").orElse(DEFAULT.address),
                read(bus, "#size-cells").orElse(DEFAULT.size));
    }

    /**
     * {@return how the {@code reg} of a node is to be read: what its parent says}
     *
     * @param node a node that is not the root
     * @throws FdtException if the parent's properties are malformed, or if there is no parent
     */
    public static CellCounts of(Node node) throws FdtException {
        return below(bus(node));
    }

    /** The bus that a node is on. */
    static Node bus(Node node) throws FdtException {
        Optional<? extends Node> parent = node.parent();
        if (parent.isEmpty()) {
            throw FdtException.in(BADNCELLS, node.path(), "a root is on no bus");
        }
        return parent.get();
    }

    /** The count of a bus, if it says; without the limit that only addresses have. */
    private static Optional<Integer> read(Node bus, String property) throws FdtException {
        Optional<PropertyValue> value = bus.property(property);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        int count = value.get().size() == Integer.BYTES ? value.get().intAt(0) : -1;
        Values.verify(isCount(count), BADNCELLS, bus, property, "a count of cells is one cell, 0 to 4");
        return Optional.of(count);
    }

    private static boolean isCount(int count) {
        return count >= 0 && count <= MAX;
    }

    /** The cells below a bus, for those who read addresses there. */
    static CellCounts addressed(Node bus) throws FdtException {
        CellCounts counts = below(bus);
        Values.verify(counts.address > 0, BADNCELLS, bus, "#address-cells", "there are addresses on this bus");
        return counts;
    }

    /**
     * {@return the value of a {@code reg}, or of another property of its form, such as linux,usable-memory-range}
     *
     * @param ranges the ranges, in order
     * @throws FdtException if an address or a size needs more cells than these; the error has no place
     */
    public PropertyValue encode(List<AddressRange> ranges) throws FdtException {
        IntStream.Builder all = IntStream.builder();
        for (AddressRange range : ranges) {
            add(fit(range.start(), address, "#address-cells"), all);
            add(fit(range.size(), size, "#size-cells"), all);
        }
        return PropertyValue.ofCells(all.build().toArray());
    }

    private static void add(Cells cells, IntStream.Builder all) {
        for (int i = 0; i < cells.count(); i++) {
            all.add(cells.cell(i));
        }
    }

    private static Cells fit(long number, int count, String property) throws FdtException {
        Optional<Cells> cells = new Wide(0, number).toCells(count);
        if (cells.isEmpty()) {
            throw FdtException.of(BADNCELLS, "0x%x does not fit where %s is %d".formatted(number, property, count));
        }
        return cells.get();
    }
}
