package io.kexec4j.memory;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.Chosen;
import io.kexec4j.fdt.bindings.MemoryNode;
import io.kexec4j.fdt.bindings.ReservedRegion;
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
    private static final String FORMAT = "memory in the device tree";

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
        try {
            return read(tree);
        } catch (FdtException e) {
            MalformedInputException malformed = malformed(e.rule()
                    + e.path().map(path -> ", at " + shorten(path)).orElse("")
                    + e.property().map(name -> ", " + shorten(name)).orElse(""));
            malformed.initCause(e);
            throw malformed;
        }
    }

    private static MemoryMap read(DeviceTree tree) throws FdtException, MalformedInputException {
        Optional<Chosen> chosen = Chosen.of(tree);
        if (chosen.isPresent()
                && chosen.get().node().property("linux,uefi-system-table").isPresent()) {
            throw malformed("UEFI started this machine, and tells its kernel of the memory, not the device tree:"
                    + " /proc/iomem is needed, read as root");
        }
        List<PhysicalRange> ram = new ArrayList<>();
        for (MemoryNode node : MemoryNode.all(tree)) {
            ram.addAll(ranges(node.ranges()));
        }
        if (ram.isEmpty()) {
            throw malformed(
                    "there must be a memory node that is not empty; if there is none, only /proc/iomem tells of the"
                            + " memory, read as root");
        }
        List<PhysicalRange> usable = chosen.isPresent() ? ranges(chosen.get().usableMemory()) : List.of();
        List<PhysicalRange> unusable = usable.isEmpty() ? List.of() : MemoryHoles.holes(ram, usable);
        List<PhysicalRange> reserved = reserved(tree);
        List<PhysicalRange> taken =
                Stream.concat(unusable.stream(), reserved.stream()).toList();
        return new MemoryMap(Stream.concat(
                        regions(MemoryHoles.holes(ram, taken), RegionType.RAM),
                        regions(MemoryHoles.holes(reserved, List.of()), RegionType.RESERVED))
                .toList());
    }

    private static List<PhysicalRange> reserved(DeviceTree tree) throws FdtException, MalformedInputException {
        List<PhysicalRange> reserved = new ArrayList<>();
        for (ReservedRegion region : ReservedRegion.all(tree)) {
            reserved.addAll(ranges(region.ranges()));
        }
        for (MemoryReservation reservation : tree.reservations()) {
            long end = reservation.address() + reservation.size();
            if (Long.compareUnsigned(end, reservation.address()) <= 0) {
                throw malformed("a memory reservation must not wrap: 0x%x+0x%x"
                        .formatted(reservation.address(), reservation.size()));
            }
            reserved.add(new PhysicalRange(reservation.address(), end));
        }
        return reserved;
    }

    private static List<PhysicalRange> ranges(List<AddressRange> ranges) {
        return ranges.stream()
                .map(range -> new PhysicalRange(range.start(), range.end()))
                .toList();
    }

    private static Stream<MemoryRegion> regions(List<PhysicalRange> ranges, RegionType type) {
        return ranges.stream().map(range -> new MemoryRegion(range, type));
    }

    private static String shorten(String text) {
        return MalformedInputException.shorten(text);
    }

    private static MalformedInputException malformed(String rule) {
        return new MalformedInputException(FORMAT, 0, rule);
    }
}
