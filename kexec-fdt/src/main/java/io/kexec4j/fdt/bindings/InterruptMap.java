package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADVALUE;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.Optional;

/** The interrupt-map of a nexus (Devicetree Specification v0.4, section 2.4.3). */
final class InterruptMap {
    static final String PROPERTY = "interrupt-map";
    private static final String MASK = "interrupt-map-mask";

    private final DeviceTree tree;
    private final Node nexus;
    private final int addressCells;
    private final int interruptCells;

    private InterruptMap(DeviceTree tree, Node nexus, int addressCells, int interruptCells) {
        this.tree = tree;
        this.nexus = nexus;
        this.addressCells = addressCells;
        this.interruptCells = interruptCells;
    }

    static InterruptMap of(DeviceTree tree, Node nexus) throws FdtException {
        return new InterruptMap(
                tree, nexus, CellCounts.below(nexus).address(), SpecifierCells.of(nexus, "#interrupt-cells"));
    }

    /** The interrupt as the node knows it that the first matching row leads to. */
    Optional<Interrupt> find(Interrupt interrupt) throws FdtException {
        Cells wanted = interrupt.unitAddress().resized(addressCells).and(interrupt.specifier());
        Optional<Cells> mask = mask();
        Optional<CellReader> rows = CellReader.of(nexus, PROPERTY);
        while (rows.isPresent() && rows.get().hasMore()) {
            boolean isWanted = isSame(rows.get().take(wanted.count()), wanted, mask);
            Interrupt target = target(rows.get());
            if (isWanted && Status.of(target.parent()) == Status.OKAY) {
                return Optional.of(target);
            }
        }
        return Optional.empty();
    }

    private Optional<Cells> mask() throws FdtException {
        Optional<CellReader> reader = CellReader.of(nexus, MASK);
        if (reader.isEmpty()) {
            return Optional.empty();
        }
        Cells mask = reader.get().take(addressCells + interruptCells);
        if (reader.get().hasMore()) {
            throw reader.get().error(BADVALUE, "a mask has the cells of an address and an interrupt");
        }
        return Optional.of(mask);
    }

    private static boolean isSame(Cells row, Cells wanted, Optional<Cells> mask) {
        for (int i = 0; i < row.count(); i++) {
            int cared = mask.isPresent() ? mask.get().cell(i) : -1;
            if (((row.cell(i) ^ wanted.cell(i)) & cared) != 0) {
                return false;
            }
        }
        return true;
    }

    private Interrupt target(CellReader rows) throws FdtException {
        Node parent = PhandleArguments.target(tree, rows.next(), rows);
        int address =
                Values.has(parent, "#address-cells") ? CellCounts.below(parent).address() : 0;
        int interrupt = SpecifierCells.of(parent, "#interrupt-cells");
        Cells unitAddress = rows.take(address);
        return new Interrupt(parent, rows.take(interrupt), unitAddress);
    }
}
