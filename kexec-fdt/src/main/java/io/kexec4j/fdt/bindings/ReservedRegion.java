package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADNCELLS;
import static io.kexec4j.fdt.FdtError.BADVALUE;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Memory that is set aside: a node below {@code /reserved-memory} (Devicetree Specification v0.4, section 3.5). It has a
 * place, or the operating system is to find one; if a node says both, the place counts.
 *
 * @param node the node
 * @param ranges where it is, in order, without empty entries; none if a place is to be found
 * @param request what place is to be found, if one is
 * @param noMap whether the operating system must not even map it
 * @param reusable whether the operating system may use it as long as its owner does not need it
 * @param compatible what it is for, the most specific first, such as shared-dma-pool; none if it does not say
 */
public record ReservedRegion(
        Node node,
        List<AddressRange> ranges,
        Optional<Request> request,
        boolean noMap,
        boolean reusable,
        List<String> compatible) {
    private static final String PARENT = "reserved-memory";

    /**
     * Creates a description.
     *
     * @param node as above
     * @param ranges as above
     * @param request as above
     * @param noMap as above
     * @param reusable as above
     * @param compatible as above
     */
    public ReservedRegion {
        ranges = List.copyOf(ranges);
        compatible = List.copyOf(compatible);
    }

    /**
     * A region whose place is to be found.
     *
     * @param size its size in bytes, unsigned
     * @param alignment what its address must be a multiple of, unsigned; empty if it does not matter
     * @param within where it may be: one of these ranges; anywhere if there are none
     */
    public record Request(long size, OptionalLong alignment, List<AddressRange> within) {
        /**
         * Creates a request.
         *
         * @param size as above
         * @param alignment as above
         * @param within as above
         */
        public Request {
            within = List.copyOf(within);
        }
    }

    /**
     * {@return what a tree sets aside, in order, without nodes whose {@code status} is not okay; none if it has no
     * /reserved-memory. The reservations in the blob's own list are not among them: {@link DeviceTree#reservations}}
     *
     * @param tree the tree
     * @throws FdtException if the node /reserved-memory has other cells than the root, or a {@code ranges} that is not
     *     empty, so that its addresses would not be those of memory; or if a property of a region is malformed
     */
    public static List<ReservedRegion> all(DeviceTree tree) throws FdtException {
        Optional<? extends Node> parent = tree.root().child(PARENT);
        List<ReservedRegion> all = new ArrayList<>();
        if (parent.isPresent()) {
            verifyAddresses(tree.root(), parent.get());
            for (Node node : parent.get().children()) {
                if (Status.of(node) == Status.OKAY) {
                    all.add(of(node, parent.get()));
                }
            }
        }
        return List.copyOf(all);
    }

    private static void verifyAddresses(Node root, Node parent) throws FdtException {
        Values.verify(
                CellCounts.below(parent).equals(CellCounts.below(root)),
                BADNCELLS,
                parent,
                "#address-cells",
                "the cells of reserved memory are those of the root");
        Values.verify(
                BusRanges.of(parent) instanceof BusRanges.Identity,
                BADVALUE,
                parent,
                "ranges",
                "the addresses of reserved memory are those of the root");
    }

    private static ReservedRegion of(Node node, Node parent) throws FdtException {
        boolean fixed = Values.has(node, "reg");
        boolean noMap = Values.has(node, "no-map");
        boolean reusable = Values.has(node, "reusable");
        Values.verify(!noMap || !reusable, BADVALUE, node, "reusable", "what must not be mapped cannot be reused");
        return new ReservedRegion(
                node,
                Reg.ranges(node, "reg", parent),
                fixed ? Optional.empty() : request(node, parent),
                noMap,
                reusable,
                Identity.compatible(node));
    }

    private static Optional<Request> request(Node node, Node parent) throws FdtException {
        OptionalLong size = number(node, "size", parent);
        if (size.isEmpty()) {
            throw FdtException.in(BADVALUE, node.path(), "reg", "reserved memory has a reg or a size");
        }
        return Optional.of(new Request(
                size.getAsLong(), number(node, "alignment", parent), Reg.ranges(node, "alloc-ranges", parent)));
    }

    /** A number of as many cells as sizes have there. */
    private static OptionalLong number(Node node, String property, Node parent) throws FdtException {
        int cells = CellCounts.below(parent).size();
        return Values.optional(Values.read(node, property, value -> {
            if (value.size() != cells * Integer.BYTES) {
                throw FdtException.of(BADVALUE, "a size here has " + cells + " cells");
            }
            return Cells.of(value.asCells()).asLong();
        }));
    }
}
