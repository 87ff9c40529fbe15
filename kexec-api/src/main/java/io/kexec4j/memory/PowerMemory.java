package io.kexec4j.memory;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.Chosen;
import io.kexec4j.fdt.bindings.DynamicMemory;
import io.kexec4j.fdt.bindings.Identity;
import io.kexec4j.fdt.bindings.MemoryNode;
import io.kexec4j.fdt.bindings.PowerFirmware;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the memory that the device tree of a PowerPC machine tells of, whether a hypervisor runs there or not. What
 * {@code /proc/iomem} says is less: there, neither the memory that the firmware keeps nor that of a crash kernel is told apart.
 *
 * <p>{@link RegionType#RAM} is what the memory nodes have, in any number of ranges, and what the hypervisor has given in blocks
 * ({@code /ibm,dynamic-reconfiguration-memory}), both as far as a kernel that is itself a crash kernel may use them ({@code
 * linux,usable-memory}, {@code linux,drconf-usable-memory}). The memory of devices ({@code ibm,coherent-device-memory}) is none of it:
 * it comes and goes with them. {@link RegionType#CRASH_KERNEL} is what the running kernel keeps for the case of a crash.
 * {@link RegionType#RESERVED} is what lies below {@code /reserved-memory} at a known place, the {@code reserved-ranges} of the
 * root, and what memory reservations have, but for that of the initrd, which the running kernel no longer needs.
 *
 * <p>Where RTAS, OPAL and the running kernel lie, and what else must not be touched while a kernel is loaded, is no matter of which
 * memory there is: that is RAM here, as it is for Linux.
 */
public final class PowerMemory {
    private static final String OF_A_DEVICE = "ibm,coherent-device-memory";

    /** The largest page of a kernel: to whole pages, what is reserved for an initrd is rounded up. */
    private static final long LARGEST_PAGE = 0x1_0000;

    private PowerMemory() {}

    /**
     * Reads the memory.
     *
     * @param tree the device tree; that of the running kernel ({@code /proc/device-tree}) also tells of its crash kernel
     * @return the memory map, in which neighbours of one type are joined
     * @throws MalformedInputException if there is no memory, or if one of the nodes that matter here is malformed
     */
    public static MemoryMap parse(DeviceTree tree) throws MalformedInputException {
        return parse(tree, List.of());
    }

    /**
     * Reads the memory of a machine whose memory reservations another tree has: the tree of the running kernel ({@code
     * /proc/device-tree}) shows none, while the one that it was given ({@code /sys/firmware/fdt}) has them. Some may be of an earlier
     * kernel, and of no use any more: that memory is given up, which is safe.
     *
     * @param tree the device tree
     * @param others the memory reservations that count beside its own, in any order; that of the initrd of {@code tree} does not
     * @return the memory map, in which neighbours of one type are joined
     * @throws MalformedInputException if there is no memory, if one of the nodes that matter here is malformed, or if a reservation
     *     wraps
     */
    public static MemoryMap parse(DeviceTree tree, List<MemoryReservation> others) throws MalformedInputException {
        return TreeMemory.read(() -> read(tree, others));
    }

    /**
     * {@return the first block of memory: that of the memory nodes which begins at the lowest address, with its neighbours not
     * joined. It is all that a guest whose memory the hypervisor maps for it can reach in real mode}
     *
     * @param tree the device tree
     * @throws MalformedInputException if no memory node has memory, or if one is malformed
     */
    public static PhysicalRange firstBlock(DeviceTree tree) throws MalformedInputException {
        return TreeMemory.read(() -> TreeMemory.ranges(inNodes(tree)).stream()
                .sorted()
                .findFirst()
                .orElseThrow(() -> TreeMemory.malformed("there must be a memory node that is not empty")));
    }

    private static MemoryMap read(DeviceTree tree, List<MemoryReservation> others)
            throws FdtException, MalformedInputException {
        List<PhysicalRange> ram = new ArrayList<>(TreeMemory.ranges(inNodes(tree)));
        Optional<DynamicMemory> blocks = DynamicMemory.of(tree);
        blocks.ifPresent(dynamic -> ram.addAll(TreeMemory.ranges(dynamic.ranges())));
        if (ram.isEmpty()) {
            throw TreeMemory.malformed("there must be a memory node that is not empty, or blocks of memory");
        }
        Optional<Chosen> chosen = Chosen.of(tree);
        List<MemoryReservation> reservations = notOfInitrd(Stream.of(tree.reservations(), others), chosen);
        List<PhysicalRange> reserved = new ArrayList<>(TreeMemory.reserved(tree, reservations));
        reserved.addAll(TreeMemory.ranges(PowerFirmware.reservedRanges(tree)));
        List<PhysicalRange> usable = MemoryHoles.holes(ram, reserved);
        Optional<AddressRange> crash = chosen.isPresent() ? chosen.get().crashKernel() : Optional.empty();
        List<PhysicalRange> free =
                MemoryHoles.holes(usable, TreeMemory.ranges(crash.stream().toList()));
        return new MemoryMap(Stream.of(
                        TreeMemory.regions(free, RegionType.RAM),
                        TreeMemory.regions(MemoryHoles.holes(usable, free), RegionType.CRASH_KERNEL),
                        TreeMemory.regions(MemoryHoles.holes(reserved, List.of()), RegionType.RESERVED))
                .flatMap(regions -> regions)
                .toList());
    }

    private static List<AddressRange> inNodes(DeviceTree tree) throws FdtException {
        List<AddressRange> ranges = new ArrayList<>();
        for (MemoryNode node : MemoryNode.all(tree)) {
            if (!Identity.compatible(node.node()).contains(OF_A_DEVICE)) {
                ranges.addAll(node.ranges());
            }
        }
        return ranges;
    }

    private static List<MemoryReservation> notOfInitrd(
            Stream<List<MemoryReservation>> reservations, Optional<Chosen> chosen) throws FdtException {
        Optional<AddressRange> initrd = chosen.isPresent() ? chosen.get().initrd() : Optional.empty();
        return reservations
                .flatMap(List::stream)
                .filter(reservation ->
                        initrd.filter(range -> isOf(range, reservation)).isEmpty())
                .toList();
    }

    private static boolean isOf(AddressRange initrd, MemoryReservation reservation) {
        return reservation.address() == initrd.start()
                && Long.compareUnsigned(reservation.size() - initrd.size(), LARGEST_PAGE) < 0;
    }
}
