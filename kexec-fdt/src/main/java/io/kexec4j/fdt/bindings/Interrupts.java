package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADPHANDLE;
import static io.kexec4j.fdt.FdtError.BADVALUE;
import static io.kexec4j.fdt.FdtError.LIMIT;
import static io.kexec4j.fdt.FdtError.NOTFOUND;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The interrupt tree (Devicetree Specification v0.4, section 2.4): which interrupts a device has, and where they end up.
 *
 * <pre>{@code
 * for (Interrupt interrupt : Interrupts.of(tree, device)) {
 *     Interrupts.resolve(tree, interrupt).ifPresent(end -> System.out.println(end.parent() + " " + end.specifier()));
 * }
 * }</pre>
 */
public final class Interrupts {
    private static final String CELLS = "#interrupt-cells";

    private Interrupts() {}

    /**
     * {@return the interrupts of a device as its interrupt parents know them, in order: those of {@code
     * interrupts-extended}, or if there is no such property, those of {@code interrupts}; none without either}
     *
     * @param tree the tree of the device
     * @param device the device
     * @throws FdtException if it has interrupts but no interrupt parent; if an interrupt parent does not exist, or does not
     *     say how many cells its interrupts have; or if a value does not consist of whole entries
     */
    public static List<Interrupt> of(DeviceTree tree, Node device) throws FdtException {
        if (Values.has(device, "interrupts-extended")) {
            return extended(tree, device);
        }
        return Values.has(device, "interrupts") ? plain(tree, device) : List.of();
    }

    /**
     * {@return the interrupt of a device that has a name in its {@code interrupt-names}; empty if none has}
     *
     * @param tree the tree of the device
     * @param device the device
     * @param name the name
     * @throws FdtException as for {@link #of}, or if there are fewer interrupts than names
     */
    public static Optional<Interrupt> named(DeviceTree tree, Node device, String name) throws FdtException {
        return PhandleArguments.Names.find(device, of(tree, device), "interrupt-names", name);
    }

    /**
     * {@return the interrupt parent of a node: what its {@code interrupt-parent} refers to, else the node above it; if that
     * one does not take interrupts (has no {@code #interrupt-cells}), the interrupt parent of that one, and so on. Empty if
     * there is none up to the root}
     *
     * @param tree the tree of the node
     * @param node the node
     * @throws FdtException if an {@code interrupt-parent} refers to no node, or if they lead in a circle
     */
    public static Optional<Node> parent(DeviceTree tree, Node node) throws FdtException {
        Set<Node> seen = new HashSet<>();
        Optional<Node> next = next(tree, node);
        while (next.isPresent() && !Values.has(next.get(), CELLS)) {
            if (!seen.add(next.get())) {
                throw FdtException.in(LIMIT, next.get().path(), "interrupt-parent", "interrupt parents make no circle");
            }
            next = next(tree, next.get());
        }
        return next;
    }

    /**
     * {@return the interrupt as the controller knows it that it ends up at: nexus nodes on the way (those with an {@code
     * interrupt-map}) are passed. Empty if a nexus maps it to nothing, or if there is no controller on the way up}
     *
     * <p>The rules are those of Linux where the specification leaves them open or trees ignore it. A controller that has an
     * interrupt-map is a nexus, and the end if a row leads to itself. Bits of a map that its mask does not ask for are not compared. A row whose target is
     * disabled is passed over. A target without {@code #address-cells} has 0 of them. A device without an address has
     * address 0.
     *
     * @param tree the tree
     * @param interrupt an interrupt of a device, or of anything that has no node: the pin of a PCI slot, whose parent is
     *     the host bridge, and whose unit address is that of the slot
     * @throws FdtException if a node or a map on the way is malformed, or if they lead in a circle
     */
    public static Optional<Interrupt> resolve(DeviceTree tree, Interrupt interrupt) throws FdtException {
        Set<Node> seen = new HashSet<>();
        Optional<Interrupt> at = Optional.of(interrupt);
        while (at.isPresent() && !ends(at.get().parent())) {
            Node node = at.get().parent();
            if (!seen.add(node)) {
                throw FdtException.in(LIMIT, node.path(), "the interrupt tree has no circle");
            }
            at = pass(tree, at.get());
            if (isOwn(at, node)) {
                return at;
            }
        }
        if (at.isPresent()) {
            verifyCells(at.get());
        }
        return at;
    }

    private static boolean ends(Node node) {
        return Values.has(node, "interrupt-controller") && !Values.has(node, InterruptMap.PROPERTY);
    }

    /** A row of a map that leads to the nexus itself is the end. */
    private static boolean isOwn(Optional<Interrupt> passed, Node node) {
        return passed.isPresent() && passed.get().parent().equals(node) && Values.has(node, InterruptMap.PROPERTY);
    }

    private static Optional<Interrupt> pass(DeviceTree tree, Interrupt at) throws FdtException {
        verifyCells(at);
        if (Values.has(at.parent(), InterruptMap.PROPERTY)) {
            return InterruptMap.of(tree, at.parent()).find(at);
        }
        return parent(tree, at.parent()).map(above -> new Interrupt(above, at.specifier(), at.unitAddress()));
    }

    private static void verifyCells(Interrupt at) throws FdtException {
        int cells = SpecifierCells.of(at.parent(), CELLS);
        Values.verify(
                at.specifier().count() == cells, BADVALUE, at.parent(), CELLS, "interrupts have as many cells as this");
    }

    private static Optional<Node> next(DeviceTree tree, Node node) throws FdtException {
        Optional<Integer> phandle = Values.u32(node, "interrupt-parent");
        if (phandle.isEmpty()) {
            return node.parent().map(Node.class::cast);
        }
        Optional<? extends Node> found = tree.nodeByPhandle(phandle.get());
        Values.verify(found.isPresent(), NOTFOUND, node, "interrupt-parent", "a node has this phandle");
        return found.map(Node.class::cast);
    }

    private static List<Interrupt> extended(DeviceTree tree, Node device) throws FdtException {
        String property = "interrupts-extended";
        Cells address = address(device);
        List<Interrupt> interrupts = new ArrayList<>();
        for (PhandleArguments entry : PhandleArguments.list(tree, device, property, CELLS)) {
            Optional<Node> target = entry.target();
            if (target.isEmpty()) {
                throw FdtException.in(BADPHANDLE, device.path(), property, "each interrupt has a parent");
            }
            interrupts.add(new Interrupt(target.get(), entry.arguments(), address));
        }
        return List.copyOf(interrupts);
    }

    private static List<Interrupt> plain(DeviceTree tree, Node device) throws FdtException {
        String property = "interrupts";
        Optional<Node> parent = parent(tree, device);
        if (parent.isEmpty()) {
            throw FdtException.in(NOTFOUND, device.path(), property, "a node with interrupts has an interrupt parent");
        }
        int cells = SpecifierCells.of(parent.get(), CELLS);
        Optional<CellReader> reader = CellReader.of(device, property);
        Cells address = address(device);
        List<Interrupt> interrupts = new ArrayList<>();
        while (reader.isPresent() && reader.get().hasMore()) {
            Values.verify(cells > 0, BADVALUE, device, property, "the interrupt parent takes interrupts without cells");
            interrupts.add(new Interrupt(parent.get(), reader.get().take(cells), address));
        }
        return List.copyOf(interrupts);
    }

    /** The address that a device begins with, in whatever cells its bus has. */
    private static Cells address(Node device) throws FdtException {
        return Values.has(device, "reg") && device.parent().isPresent() ? firstAddress(device) : Cells.of();
    }

    private static Cells firstAddress(Node device) throws FdtException {
        List<Reg> entries = Reg.of(device);
        return entries.isEmpty() ? Cells.of() : entries.get(0).address();
    }
}
