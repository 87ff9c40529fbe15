package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.SegmentPlanner;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.SetupHeader;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.X86Purgatory;
import java.util.Optional;

/**
 * Where the segments lie: all as high as possible, as kexec-tools and the kernel's own loader put them
 * (arch/x86/kernel/kexec-bzimage64.c), in the order of the components. That leaves low memory to hardware that can use nothing
 * else.
 *
 * @param purgatory of {@link X86Purgatory}
 * @param bootParams of {@link BootParamsSegment}
 * @param kernel with room for {@code init_size}
 * @param initrd if there is one
 */
record Linux64Placement(
        PhysicalRange purgatory, PhysicalRange bootParams, PhysicalRange kernel, Optional<PhysicalRange> initrd) {
    /** Below lie the tables of the BIOS; the kernel's own loader keeps off it as well. */
    static final long LOWEST = 0x3000;

    static final long LOWEST_KERNEL = 0x10_0000;
    static final long LOWEST_INITRD = 0x100_0000;

    /** A segment must end below {@code KEXEC_DESTINATION_MEMORY_LIMIT}, 2^46 - 1 with the page tables that all kernels have. */
    static final long HIGHEST = (1L << 46) - 0x1000;

    static final long FOUR_GIB = 1L << 32;

    static Linux64Placement of(BootRequest request, BzImage kernel, long bootParamsSize) {
        X86Purgatory code = X86Purgatory.instance();
        long highest = kernel.canBeLoadedAbove4G() ? HIGHEST : FOUR_GIB;
        SegmentPlanner planner = SegmentPlanner.of(request);
        PhysicalRange purgatory = planner.place(
                "purgatory",
                code.memorySize(),
                code.alignment(),
                new PhysicalRange(LOWEST, HIGHEST),
                Direction.TOP_DOWN);
        PhysicalRange bootParams =
                planner.place("boot_params", bootParamsSize, 1, new PhysicalRange(LOWEST, highest), Direction.TOP_DOWN);
        PhysicalRange kernelRange =
                kernel.header().relocatable() ? relocatable(planner, kernel, highest) : fixed(planner, kernel, highest);
        return new Linux64Placement(
                purgatory, bootParams, kernelRange, request.initrd().map(content -> initrd(planner, content, kernel)));
    }

    /** The kernel moves itself to pref_address, or up to kernel_alignment, unless it lies there already. */
    private static PhysicalRange relocatable(SegmentPlanner planner, BzImage kernel, long highest) {
        SetupHeader header = kernel.header();
        long lowest =
                Long.compareUnsigned(header.prefAddress(), LOWEST_KERNEL) > 0 ? header.prefAddress() : LOWEST_KERNEL;
        PhysicalRange limits = limits("pref_address of the kernel", lowest, highest);
        return planner.place("kernel", kernel.memorySize(), header.kernelAlignment(), limits, Direction.TOP_DOWN);
    }

    private static PhysicalRange fixed(SegmentPlanner planner, BzImage kernel, long highest) {
        long start = kernel.header().prefAddress();
        limits("pref_address of the kernel, which cannot be moved", start, highest);
        long end = start + planner.wholePages(kernel.memorySize());
        limits("end of the kernel, which cannot be moved", end, highest + 1);
        return planner.place("kernel", kernel.memorySize(), 1, new PhysicalRange(start, end), Direction.BOTTOM_UP);
    }

    /** A kernel that can be loaded above 4 GiB finds its initrd anywhere; initrd_addr_max is for the others. */
    private static PhysicalRange initrd(SegmentPlanner planner, Content initrd, BzImage kernel) {
        long end = kernel.canBeLoadedAbove4G() ? HIGHEST : kernel.header().initrdAddrMax() + 1;
        if (end <= LOWEST_INITRD) {
            throw new ProtocolLimitException(
                    "lowest address of an initrd, with initrd_addr_max of this kernel", LOWEST_INITRD, end - 1);
        }
        return planner.place("initrd", initrd.size(), 1, new PhysicalRange(LOWEST_INITRD, end), Direction.TOP_DOWN);
    }

    /** The range of two addresses, which must be in order. */
    static PhysicalRange limits(String what, long lowest, long end) {
        if (Long.compareUnsigned(lowest, end) >= 0) {
            throw new ProtocolLimitException(what, lowest, end - 1);
        }
        return new PhysicalRange(lowest, end);
    }
}
