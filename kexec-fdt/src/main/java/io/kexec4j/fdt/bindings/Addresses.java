package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADNCELLS;
import static io.kexec4j.fdt.FdtError.BADVALUE;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Addresses of devices, translated to what a CPU sees, bus by bus up to the root.
 *
 * <p>Addresses of three cells have a first cell that is no part of the number: that of PCI (a bus whose {@code device_type} is
 * pci, pciex, vci or ht, or that is called pcie), where ports, memory and configuration space are apart; and that of any
 * other bus with three cells, where the first one must be the same. So has ISA (a bus called isa) with two cells. Other buses
 * with such cells are not known, nor are the buses that a driver alone can translate, such as the PCI behind an indirect port.
 */
public final class Addresses {
    private Addresses() {}

    /**
     * {@return where a CPU sees the beginning of a register block, unsigned; empty if it does not: if a bus on the way has
     * no {@code ranges}, none for this address, no room for it, or no sizes (a {@code #size-cells} of 0)}
     *
     * @param device the node whose {@code reg} it is from
     * @param reg an entry of it
     * @throws FdtException if cells or ranges on the way are malformed, or if a translated address does not fit
     */
    public static OptionalLong toCpu(Node device, Reg reg) throws FdtException {
        return toCpu(device, reg.address());
    }

    /**
     * {@return where a CPU sees an address of the bus that a device is on, unsigned; empty if it does not}
     *
     * @param device a node on the bus
     * @param address the address, in the cells of the bus
     * @throws FdtException as for {@link #toCpu(Node, Reg)}
     * @throws IllegalArgumentException if the address has not as many cells as the bus
     */
    public static OptionalLong toCpu(Node device, Cells address) throws FdtException {
        return climb(CellCounts.bus(device), address, Way.REGISTERS);
    }

    /**
     * {@return the physical address of the memory that a device on a bus reaches at an address, unsigned: its {@code
     * dma-ranges} applied; empty if it reaches none. A bus without the property reaches what the bus above it does}
     *
     * @param device a node on the bus
     * @param address the address that the device uses, in the cells of the bus
     * @throws FdtException as for {@link #toCpu(Node, Reg)}
     * @throws IllegalArgumentException if the address has not as many cells as the bus
     */
    public static OptionalLong dmaToCpu(Node device, Cells address) throws FdtException {
        return climb(CellCounts.bus(device), address, Way.DMA);
    }

    /**
     * {@return what a CPU sees of a device: the entries of its {@code reg} that can be translated and are not empty. Only the
     * beginning is translated, as in Linux: an entry that is larger than its window is reported as it is}
     *
     * @param device the device, which is not the root
     * @throws FdtException if the {@code reg}, or cells or ranges on the way, are malformed, or if a range wraps
     */
    public static List<AddressRange> cpuRanges(Node device) throws FdtException {
        List<AddressRange> ranges = new ArrayList<>();
        for (Reg reg : Reg.of(device)) {
            OptionalLong start = toCpu(device, reg);
            if (start.isPresent() && !reg.isEmpty()) {
                ranges.add(new Reg(Cells.ofNumber(start.getAsLong(), 2), reg.size()).toRange(device, "reg"));
            }
        }
        return List.copyOf(ranges);
    }

    /** Which of the two translations of a bus. */
    private enum Way {
        REGISTERS("ranges"),
        DMA("dma-ranges");

        final String property;

        Way(String property) {
            this.property = property;
        }

        BusRanges of(Node bus) throws FdtException {
            if (this == REGISTERS) {
                return BusRanges.of(bus);
            }
            BusRanges ranges = BusRanges.ofDma(bus);
            return ranges instanceof BusRanges.None ? new BusRanges.Identity() : ranges;
        }
    }

    private static OptionalLong climb(Node first, Cells start, Way way) throws FdtException {
        if (start.count() != CellCounts.addressed(first).address()) {
            throw new IllegalArgumentException(start + " has not as many cells as the addresses of " + first.path());
        }
        Node bus = first;
        Optional<Cells> address = Optional.of(start);
        while (address.isPresent()) {
            if (CellCounts.addressed(bus).size() == 0) {
                return OptionalLong.empty();
            }
            Optional<? extends Node> above = bus.parent();
            if (above.isEmpty()) {
                return OptionalLong.of(atRoot(bus, address.get()));
            }
            address = step(bus, above.get(), address.get(), way);
            bus = above.get();
        }
        return OptionalLong.empty();
    }

    private static long atRoot(Node root, Cells address) throws FdtException {
        try {
            return address.asLong();
        } catch (FdtException e) {
            throw e.placed(root.path(), "#address-cells");
        }
    }

    private static Optional<Cells> step(Node bus, Node above, Cells address, Way way) throws FdtException {
        BusRanges ranges = way.of(bus);
        if (ranges instanceof BusRanges.Identity) {
            return same(bus, above, address);
        }
        if (ranges instanceof BusRanges.Windows windows) {
            return through(windows.windows(), bus, above, address, way);
        }
        return Optional.empty();
    }

    /** The same number above; what the bus above has no room for, such as the number of a chip select, nobody there sees. */
    private static Optional<Cells> same(Node bus, Node above, Cells address) throws FdtException {
        int count = CellCounts.addressed(above).address();
        BusKind kind = BusKind.of(bus, address.count());
        BusKind kindAbove = BusKind.of(above, count);
        if (kind == kindAbove && count == address.count()) {
            return Optional.of(address);
        }
        Cells flags = Cells.of().resized(kindAbove.flagCells());
        return kind.number(address).toCells(count - kindAbove.flagCells()).map(flags::and);
    }

    private static Optional<Cells> through(List<BusRanges.Window> windows, Node bus, Node above, Cells address, Way way)
            throws FdtException {
        BusKind kind = BusKind.of(bus, address.count());
        Wide wanted = kind.number(address);
        for (BusRanges.Window window : windows) {
            Wide start = kind.number(window.child());
            if (kind.isSameSpace(address, window.child())
                    && !wanted.isBelow(start)
                    && wanted.minus(start).isBelow(Wide.of(window.size()))) {
                return Optional.of(moved(window.parent(), wanted.minus(start), bus, above, way));
            }
        }
        return Optional.empty();
    }

    private static Cells moved(Cells start, Wide offset, Node bus, Node above, Way way) throws FdtException {
        BusKind kind = BusKind.of(above, start.count());
        Cells number = fit(kind.number(start).plus(offset), start.count() - kind.flagCells(), bus, way);
        return start.resized(kind.flagCells()).and(number);
    }

    private static Cells fit(Optional<Wide> number, int count, Node bus, Way way) throws FdtException {
        Optional<Cells> cells = number.flatMap(fitting -> fitting.toCells(count));
        if (cells.isEmpty()) {
            throw FdtException.in(
                    number.isEmpty() ? BADVALUE : BADNCELLS,
                    bus.path(),
                    way.property,
                    "a translated address fits the " + count + " cells of the bus above");
        }
        return cells.get();
    }
}
