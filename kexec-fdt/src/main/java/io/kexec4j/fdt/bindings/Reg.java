package io.kexec4j.fdt.bindings;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An entry of a {@code reg} property: where on its bus a device is (Devicetree Specification v0.4, section 2.3.6). The address
 * is that of the bus; {@link Addresses#toCpu} tells where the CPU sees it.
 *
 * @param address the address, of as many cells as the bus has for it
 * @param size the size; no cells if the bus has none for it
 */
public record Reg(Cells address, Cells size) {
    /**
     * {@return the entries of a node's {@code reg}, in order; none if it has no such property}
     *
     * @param node the node, which is not the root
     * @throws FdtException if the bus has no cells for addresses, or other ones than the specification allows; or if the
     *     value does not consist of whole entries
     */
    public static List<Reg> of(Node node) throws FdtException {
        return of(node, "reg");
    }

    /**
     * {@return the entries of a property that has the form of {@code reg}, in order; none if there is no such property}
     *
     * @param node the node, which is not the root
     * @param property the property, such as {@code assigned-addresses} or {@code linux,usable-memory}
     * @throws FdtException as for {@link #of(Node)}
     */
    public static List<Reg> of(Node node, String property) throws FdtException {
        return node.property(property).isEmpty() ? List.of() : read(node, property, CellCounts.bus(node));
    }

    /** The entries of a property whose cells are those below a bus that need not be its parent. */
    static List<Reg> read(Node node, String property, Node bus) throws FdtException {
        Optional<CellReader> cells = CellReader.of(node, property);
        List<Reg> entries = new ArrayList<>();
        if (cells.isPresent()) {
            CellCounts counts = CellCounts.addressed(bus);
            while (cells.get().hasMore()) {
                entries.add(
                        new Reg(cells.get().take(counts.address()), cells.get().take(counts.size())));
            }
        }
        return List.copyOf(entries);
    }

    /** Whether there is nothing at the address: how some trees leave out an entry. */
    boolean isEmpty() {
        return Wide.of(size).equals(new Wide(0, 0));
    }

    /** The entry as physical memory, where the bus is the root's. */
    AddressRange toRange(Node node, String property) throws FdtException {
        try {
            return AddressRange.read(address.asLong(), size.asLong());
        } catch (FdtException e) {
            throw e.placed(node.path(), property);
        }
    }

    /** The entries of a property as physical memory, without the empty ones. */
    static List<AddressRange> ranges(Node node, String property, Node bus) throws FdtException {
        List<AddressRange> ranges = new ArrayList<>();
        for (Reg entry : read(node, property, bus)) {
            if (!entry.isEmpty()) {
                ranges.add(entry.toRange(node, property));
            }
        }
        return List.copyOf(ranges);
    }
}
