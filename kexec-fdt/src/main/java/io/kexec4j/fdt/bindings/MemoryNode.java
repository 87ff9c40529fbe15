package io.kexec4j.fdt.bindings;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory that a tree describes: a node right below the root whose {@code device_type} is memory, whatever its name
 * (Devicetree Specification v0.4, section 3.4, and what Linux makes of it).
 *
 * @param node the node
 * @param ranges the memory, in order, without empty entries: its {@code linux,usable-memory} if it has that (what a crash
 *     kernel may use), else its {@code reg}
 * @param hotpluggable whether it may be taken away later
 */
public record MemoryNode(Node node, List<AddressRange> ranges, boolean hotpluggable) {
    /**
     * Creates a description.
     *
     * @param node as above
     * @param ranges as above
     * @param hotpluggable as above
     */
    public MemoryNode {
        ranges = List.copyOf(ranges);
    }

    /**
     * {@return the memory of a tree, in order, without nodes whose {@code status} is not okay. Neither the reservations of
     * the tree nor {@link ReservedRegion} are taken out of it}
     *
     * @param tree the tree
     * @throws FdtException if a property of one of the nodes is malformed, or if a range wraps. (Linux takes what is whole
     *     of such a property.)
     */
    public static List<MemoryNode> all(DeviceTree tree) throws FdtException {
        List<MemoryNode> all = new ArrayList<>();
        for (Node node : tree.root().children()) {
            if (isMemory(node) && Status.of(node) == Status.OKAY) {
                String property = Values.has(node, "linux,usable-memory") ? "linux,usable-memory" : "reg";
                all.add(new MemoryNode(
                        node, Reg.ranges(node, property, tree.root()), Values.has(node, "hotpluggable")));
            }
        }
        return List.copyOf(all);
    }

    private static boolean isMemory(Node node) throws FdtException {
        return Values.string(node, "device_type").filter("memory"::equals).isPresent();
    }
}
