package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADVALUE;
import static io.kexec4j.fdt.FdtError.NOTFOUND;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An entry of a property such as {@code clocks = <&pll 3>, <&osc>}: a reference to another node, and arguments for it, as
 * many as that node demands, here by its {@code #clock-cells}.
 *
 * <pre>{@code
 * for (PhandleArguments clock : PhandleArguments.list(tree, uart, "clocks", "#clock-cells")) {
 *     System.out.println(clock.target().map(Node::path) + " " + clock.arguments());
 * }
 * }</pre>
 *
 * @param target the node referred to; empty for an entry that is left out: a phandle of 0, without arguments
 * @param arguments the cells behind the phandle
 */
public record PhandleArguments(Optional<Node> target, Cells arguments) {
    /**
     * {@return the entries of a property, in order; none if there is no such property}
     *
     * @param tree the tree of the node
     * @param node the node that refers to others
     * @param property the property, such as {@code clocks}, {@code reset-gpios} or {@code interrupts-extended}
     * @param cells the property of each target that tells how many arguments it has, such as {@code #clock-cells}
     * @throws FdtException if the value does not consist of whole entries, if there is no node of a phandle, or if one does
     *     not say how many arguments it has, or more than 16
     */
    public static List<PhandleArguments> list(DeviceTree tree, Node node, String property, String cells)
            throws FdtException {
        return read(tree, node, property, target -> SpecifierCells.of(target, cells));
    }

    /**
     * {@return the same for a property whose targets need not say how many arguments they have: 0 then, as for msi-parent}
     *
     * @param tree the tree of the node
     * @param node the node that refers to others
     * @param property the property, such as {@code msi-parent}
     * @param cells the property of each target that tells how many arguments it has, such as {@code #msi-cells}
     * @throws FdtException as for {@link #list}
     */
    public static List<PhandleArguments> listWithOptionalCells(
            DeviceTree tree, Node node, String property, String cells) throws FdtException {
        return read(
                tree,
                node,
                property,
                target -> SpecifierCells.ifAny(target, cells).orElse(0));
    }

    /**
     * {@return the entries of a property whose entries all have the same number of arguments, whatever the targets say}
     *
     * @param tree the tree of the node
     * @param node the node that refers to others
     * @param property the property, such as {@code memory-region} (no arguments) or {@code gpio-ranges} (three)
     * @param arguments the number of arguments, 0 or more
     * @throws FdtException if the value does not consist of whole entries, or if there is no node of a phandle
     * @throws IllegalArgumentException if the number is negative
     */
    public static List<PhandleArguments> listOfFixed(DeviceTree tree, Node node, String property, int arguments)
            throws FdtException {
        if (arguments < 0) {
            throw new IllegalArgumentException("there are 0 arguments or more, not " + arguments);
        }
        return read(tree, node, property, target -> arguments);
    }

    /**
     * {@return the entry whose place in a list of entries is that of a name in a list of names; empty if the name is not in
     * the list, or if there is no such list}
     *
     * @param node the node that refers to others
     * @param entries the entries, as one of the other methods has read them
     * @param names the property with the names, such as {@code clock-names}
     * @param name the name
     * @throws FdtException if the names are no strings, or if the name is there but the entry of its place is not
     */
    public static Optional<PhandleArguments> named(Node node, List<PhandleArguments> entries, String names, String name)
            throws FdtException {
        return Names.find(node, entries, names, name);
    }

    /** How many arguments a target has. */
    @FunctionalInterface
    private interface Count {
        int of(Node target) throws FdtException;
    }

    private static List<PhandleArguments> read(DeviceTree tree, Node node, String property, Count count)
            throws FdtException {
        Optional<CellReader> cells = CellReader.of(node, property);
        List<PhandleArguments> entries = new ArrayList<>();
        while (cells.isPresent() && cells.get().hasMore()) {
            entries.add(entry(tree, cells.get(), count));
        }
        return List.copyOf(entries);
    }

    private static PhandleArguments entry(DeviceTree tree, CellReader cells, Count count) throws FdtException {
        int phandle = cells.next();
        if (phandle == 0) {
            return new PhandleArguments(Optional.empty(), Cells.of());
        }
        Node target = target(tree, phandle, cells);
        return new PhandleArguments(Optional.of(target), cells.take(count.of(target)));
    }

    /** The node of a phandle that was just read. */
    static Node target(DeviceTree tree, int phandle, CellReader cells) throws FdtException {
        Optional<? extends Node> target = tree.nodeByPhandle(phandle);
        if (target.isEmpty()) {
            throw cells.error(NOTFOUND, "no node has the phandle 0x" + Integer.toHexString(phandle));
        }
        return target.get();
    }

    /** Lists of names that go with lists of something else. */
    static final class Names {
        private Names() {}

        static <T> Optional<T> find(Node node, List<T> entries, String names, String name) throws FdtException {
            int index = Values.strings(node, names).indexOf(name);
            Values.verify(index < entries.size(), BADVALUE, node, names, "each name is that of an entry");
            return index < 0 ? Optional.empty() : Optional.of(entries.get(index));
        }
    }
}
