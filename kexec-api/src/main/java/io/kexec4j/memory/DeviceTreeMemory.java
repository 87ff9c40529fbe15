package io.kexec4j.memory;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.bindings.Chosen;
import io.kexec4j.fdt.bindings.MemoryNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the memory that a device tree tells of (Devicetree Specification 0.4, sections 3.4, 3.5 and 5.3), for machines whose
 * {@code /proc/iomem} cannot be had. That is preferred: it also has what the running kernel keeps for itself.
 *
 * <p>{@link RegionType#RAM} is what the memory nodes have, in any number of ranges with any number of cells, as far as a crash kernel
 * may use it ({@code linux,usable-memory-range}). {@link RegionType#RESERVED} is what lies below {@code /reserved-memory} at a known
 * place, whether it may be mapped or not, and what the tree's memory reservations have, whether it is within RAM or outside.
 */
public final class DeviceTreeMemory {
    private DeviceTreeMemory() {}

    /**
     * Reads the memory.
     *
     * @param tree the device tree
     * @return the memory map, in which neighbours are joined
     * @throws MalformedInputException if the machine was started by UEFI, whose tree has no memory nodes, or none that count; if
     *     there are none; or if one of the nodes that matter here is malformed
     */
    public static MemoryMap parse(DeviceTree tree) throws MalformedInputException {
        return TreeMemory.read(() -> read(tree));
    }

    private static MemoryMap read(DeviceTree tree) throws FdtException, MalformedInputException {
        Optional<Chosen> chosen = Chosen.of(tree);
        if (chosen.isPresent()
                && chosen.get().node().property("linux,uefi-system-table").isPresent()) {
            throw TreeMemory.malformed(
                    "UEFI started this machine, and tells its kernel of the memory, not the device tree:"
                            + " /proc/iomem is needed, read as root");
        }
        List<PhysicalRange> ram = new ArrayList<>();
        for (MemoryNode node : MemoryNode.all(tree)) {
            ram.addAll(TreeMemory.ranges(node.ranges()));
        }
        if (ram.isEmpty()) {
            throw TreeMemory.malformed(
                    "there must be a memory node that is not empty; if there is none, only /proc/iomem tells of the"
                            + " memory, read as root");
        }
        List<PhysicalRange> usable =
                chosen.isPresent() ? TreeMemory.ranges(chosen.get().usableMemory()) : List.of();
        List<PhysicalRange> unusable = usable.isEmpty() ? List.of() : MemoryHoles.holes(ram, usable);
        List<PhysicalRange> reserved = TreeMemory.reserved(tree, tree.reservations());
        List<PhysicalRange> taken =
                Stream.concat(unusable.stream(), reserved.stream()).toList();
        return new MemoryMap(Stream.concat(
                        TreeMemory.regions(MemoryHoles.holes(ram, taken), RegionType.RAM),
                        TreeMemory.regions(MemoryHoles.holes(reserved, List.of()), RegionType.RESERVED))
                .toList());
    }
}
