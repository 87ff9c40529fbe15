package io.kexec4j.fdt.bindings;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.Set;

/**
 * What the cells of a bus address are. The first cell of some buses is no part of the number, but says what kind of address
 * it is; two addresses of different kinds have nothing to do with each other.
 */
enum BusKind {
    /** All cells are the number. */
    PLAIN(0, 0),
    /** Three cells: the first must be the same, all bits of it. Linux calls it default-flags. */
    FLAGGED(1, -1),
    /** ISA (IEEE 1275 binding): bit 0 of the first cell tells ports from memory. */
    ISA(1, 1),
    /** PCI (IEEE 1275 binding): bits 24 and 25 tell ports from memory; memory of 32 and of 64 bits is the same space. */
    PCI(1, 0x03000000);

    private static final Set<String> PCI_TYPES = Set.of("pci", "pciex", "vci", "ht");
    private static final int PCI_MEMORY_64 = 0x03000000;
    private static final int PCI_MEMORY_32 = 0x02000000;

    private final int flagCells;
    private final int mask;

    BusKind(int flagCells, int mask) {
        this.flagCells = flagCells;
        this.mask = mask;
    }

    /** The kind of a bus whose addresses have so many cells. */
    static BusKind of(Node bus, int addressCells) throws FdtException {
        if (addressCells == 3) {
            return isPci(bus) ? PCI : FLAGGED;
        }
        return addressCells == 2 && bus.baseName().equals("isa") ? ISA : PLAIN;
    }

    private static boolean isPci(Node bus) throws FdtException {
        return Values.string(bus, "device_type").filter(PCI_TYPES::contains).isPresent()
                || bus.baseName().equals("pcie");
    }

    /** How many cells before the number. */
    int flagCells() {
        return flagCells;
    }

    /** The number in an address. */
    Wide number(Cells address) {
        return Wide.of(address.from(flagCells));
    }

    boolean isSameSpace(Cells one, Cells other) {
        return space(one) == space(other);
    }

    private int space(Cells address) {
        if (flagCells == 0) {
            return 0;
        }
        int space = address.cell(0) & mask;
        return this == PCI && space == PCI_MEMORY_64 ? PCI_MEMORY_32 : space;
    }
}
