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
 * Where the segments lie when the kernel is entered in 32-bit mode: the kernel as low as possible, where boot loaders put it,
 * and all else as high as possible. Kernels before 2.10 do not say how much memory they need behind them; that leaves them most.
 *
 * @param purgatory of {@link X86Purgatory}
 * @param bootParams of {@link BootParamsSegment}
 * @param kernel with room for {@code init_size}
 * @param initrd if there is one
 * @param end what nothing but the initrd may reach beyond
 */
record Linux32Placement(
        PhysicalRange purgatory,
        PhysicalRange bootParams,
        PhysicalRange kernel,
        Optional<PhysicalRange> initrd,
        long end) {
    /** Where kernels before protocol 2.02 look for their boot_params, whatever they are told (boot.rst, "Memory Layout"). */
    static final long OLD_BOOT_PARAMS = 0x9_0000;

    /** The first protocol with {@code cmd_line_ptr}. */
    static final int FIRST_WITH_CMD_LINE_PTR = 0x0202;

    /** How much memory a 32-bit kernel maps at most: kexec-tools' limit, and what initrd_addr_max is before 2.03. */
    static final long LOW_MEMORY = 0x3800_0000;

    static Linux32Placement of(BootRequest request, BzImage kernel, long bootParamsSize) {
        long end = end(kernel);
        SegmentPlanner planner = SegmentPlanner.of(request);
        Optional<PhysicalRange> oldBootParams = oldBootParams(planner, kernel, bootParamsSize);
        PhysicalRange kernelRange = kernel(planner, kernel);
        PhysicalRange low = new PhysicalRange(Linux64Placement.LOWEST, end);
        X86Purgatory code = X86Purgatory.instance();
        PhysicalRange purgatory =
                planner.place("purgatory", code.memorySize(), code.alignment(), low, Direction.TOP_DOWN);
        PhysicalRange bootParams =
                oldBootParams.orElseGet(() -> planner.place("boot_params", bootParamsSize, 1, low, Direction.TOP_DOWN));
        Optional<PhysicalRange> initrd = request.initrd().map(content -> initrd(planner, content, kernel));
        return new Linux32Placement(purgatory, bootParams, kernelRange, initrd, end);
    }

    /** What nothing but the initrd may reach beyond. */
    private static long end(BzImage kernel) {
        return kernel.has64BitEntry() ? Linux64Placement.FOUR_GIB : LOW_MEMORY;
    }

    /** Places a kernel that is entered in 32-bit mode. */
    static PhysicalRange kernel(SegmentPlanner planner, BzImage kernel) {
        return kernel.header().relocatable()
                ? relocatable(planner, kernel, end(kernel))
                : fixed(planner, kernel, end(kernel));
    }

    private static Optional<PhysicalRange> oldBootParams(SegmentPlanner planner, BzImage kernel, long size) {
        if (kernel.header().version() >= FIRST_WITH_CMD_LINE_PTR) {
            return Optional.empty();
        }
        PhysicalRange place = PhysicalRange.ofSize(OLD_BOOT_PARAMS, planner.wholePages(size));
        planner.placeAt("boot_params", place);
        return Optional.of(place);
    }

    private static PhysicalRange relocatable(SegmentPlanner planner, BzImage kernel, long end) {
        SetupHeader header = kernel.header();
        long lowest = Long.compareUnsigned(header.prefAddress(), Linux64Placement.LOWEST_KERNEL) > 0
                ? header.prefAddress()
                : Linux64Placement.LOWEST_KERNEL;
        PhysicalRange limits = Linux64Placement.limits("pref_address of the kernel", lowest, end);
        return planner.place("kernel", kernel.memorySize(), header.kernelAlignment(), limits, Direction.BOTTOM_UP);
    }

    private static PhysicalRange fixed(SegmentPlanner planner, BzImage kernel, long end) {
        long start = kernel.header().prefAddress();
        Linux64Placement.limits("pref_address of the kernel, which cannot be moved", start, end);
        PhysicalRange place = PhysicalRange.ofSize(start, planner.wholePages(kernel.memorySize()));
        Linux64Placement.limits("end of the kernel, which cannot be moved", place.end(), end + 1);
        planner.placeAt("kernel", place);
        return place;
    }

    /** Places the initrd of a kernel that is entered in 32-bit mode. */
    static PhysicalRange initrd(SegmentPlanner planner, Content initrd, BzImage kernel) {
        long end = kernel.header().initrdAddrMax() + 1;
        if (end <= Linux64Placement.LOWEST_INITRD) {
            throw new ProtocolLimitException(
                    "lowest address of an initrd, with initrd_addr_max of this kernel",
                    Linux64Placement.LOWEST_INITRD,
                    end - 1);
        }
        PhysicalRange limits = new PhysicalRange(Linux64Placement.LOWEST_INITRD, end);
        return planner.place("initrd", initrd.size(), 1, limits, Direction.TOP_DOWN);
    }
}
