package io.kexec4j.boot.arm64;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.CommonOption;
import io.kexec4j.boot.KeptInitrd;
import io.kexec4j.boot.SegmentPlanner;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.kernel.Arm64Header;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.Arm64Purgatory;
import java.io.IOException;
import java.util.Optional;

/**
 * Where the segments lie (booting.rst, "Setup the device tree" and "Call the kernel image"): the kernel in RAM, {@code text_offset}
 * above a multiple of 2 MiB, and everything else above it. The kernel is placed first, then each of the others when it is known
 * how large it is.
 *
 * <p>All lies as high as possible, where the kernel can use memory below itself. While the running kernel loads an image, it makes a
 * copy of its page tables, and for each page of that it takes aside all free pages in which a segment will lie and which its allocator
 * offers first ({@code kimage_alloc_normal_control_pages}, kernel/kexec_core.c). It offers memory just above itself first: with the
 * segments there, Linux 6.12 takes up to two minutes instead of half a second.
 */
final class Arm64Placement {
    /** {@code MIN_KIMG_ALIGN} (arch/arm64/include/asm/boot.h). */
    private static final long KERNEL_ALIGNMENT = 2 << 20;

    /** {@code MAX_FDT_SIZE} (arch/arm64/include/asm/boot.h): as much as the kernel maps of it. */
    private static final long LARGEST_DEVICE_TREE = 2 << 20;

    /** Kernels before 4.2 map their device tree together with themselves, within 512 MiB; which of them it is, no header tells. */
    private static final long OLD_DEVICE_TREE_REACH = 512 << 20;

    private static final long GIB = 1L << 30;

    /** The kernel and its initrd must fit into one window of that size that begins at a multiple of 1 GiB. */
    private static final long INITRD_WINDOW = 32 * GIB;

    /** What every kernel can map. */
    private static final long HIGHEST = 1L << 48;

    private final SegmentPlanner planner;
    private final Arm64Header header;
    private final PhysicalRange kernel;
    private final Optional<PhysicalRange> keptInitrd;

    private Arm64Placement(
            SegmentPlanner planner, Arm64Header header, PhysicalRange kernel, Optional<PhysicalRange> keptInitrd) {
        this.planner = planner;
        this.header = header;
        this.kernel = kernel;
        this.keptInitrd = keptInitrd;
    }

    /**
     * Places the kernel.
     *
     * @param request what the image is made of
     * @param header of the kernel
     * @throws UnsupportedCombinationException if the initrd of the running kernel is wanted and is not there
     * @throws IOException if the device tree that tells where it is cannot be read
     */
    static Arm64Placement of(BootRequest request, Arm64Header header) throws IOException {
        long offset = header.loadOffset();
        if ((offset & (request.target().pageSize() - 1)) != 0) {
            throw new UnsupportedCombinationException(
                    "text_offset 0x%x of the kernel is not made of pages of 0x%x bytes, as the machine has them"
                            .formatted(offset, request.target().pageSize()));
        }
        SegmentPlanner planner = SegmentPlanner.of(request);
        Optional<PhysicalRange> kept =
                request.has(CommonOption.REUSE_INITRD) ? Optional.of(KeptInitrd.of(request)) : Optional.empty();
        kept.ifPresent(range -> planner.keepOff("initrd of the running kernel", range));
        PhysicalRange limits = limits(header, kept);
        long size = offset + header.memorySize();
        PhysicalRange hole = header.mayLieAnywhere()
                ? planner.placeBelowRoom("kernel", size, roomAbove(request), KERNEL_ALIGNMENT, limits)
                : planner.place("kernel", size, KERNEL_ALIGNMENT, limits, Direction.BOTTOM_UP);
        return new Arm64Placement(planner, header, new PhysicalRange(hole.start() + offset, hole.end()), kept);
    }

    /** Where the kernel may lie; with an initrd that has its place already, near that. */
    private static PhysicalRange limits(Arm64Header header, Optional<PhysicalRange> kept) {
        if (kept.isEmpty()) {
            return new PhysicalRange(0, HIGHEST);
        }
        // KeptInitrd has made sure that it lies in memory and is much smaller than the window.
        PhysicalRange initrd = kept.get();
        long lowest = Math.max(((initrd.end() + GIB - 1) & -GIB) - INITRD_WINDOW, 0);
        long end = header.mayLieAnywhere() ? (initrd.start() & -GIB) + INITRD_WINDOW : initrd.start();
        if (end <= lowest) {
            throw new ProtocolLimitException(
                    "start of the running kernel's initrd, above which the kernel would lie", end, lowest);
        }
        return new PhysicalRange(lowest, end);
    }

    /** As much as everything but the kernel takes at most, wherever it begins. */
    private static long roomAbove(BootRequest request) {
        return request.initrd().map(Content::size).orElse(0L)
                + 2 * LARGEST_DEVICE_TREE
                + Arm64Purgatory.instance().memorySize()
                + 3 * request.target().pageSize();
    }

    /** {@return from the kernel's first byte to the end of the memory that it needs} */
    PhysicalRange kernel() {
        return kernel;
    }

    /** {@return where the initrd of the running kernel lies, if that is handed on; exactly} */
    Optional<PhysicalRange> keptInitrd() {
        return keptInitrd;
    }

    /** Places the initrd. */
    PhysicalRange initrd(long size) {
        long end = (kernel.start() & -GIB) + INITRD_WINDOW;
        PhysicalRange limits = above("end of the kernel, which must fit into 32 GiB with its initrd", end);
        return planner.place("initrd", size, 1, limits, Direction.BOTTOM_UP);
    }

    /** Places the device tree, so that it crosses no multiple of 2 MiB. */
    PhysicalRange deviceTree(long size) {
        if (size > LARGEST_DEVICE_TREE) {
            throw new ProtocolLimitException("bytes of the device tree (MAX_FDT_SIZE)", size, LARGEST_DEVICE_TREE);
        }
        long end = header.mayLieAnywhere() ? HIGHEST : kernel.start() - header.loadOffset() + OLD_DEVICE_TREE_REACH;
        return planner.place(
                "device tree",
                size,
                Long.highestOneBit(2 * size - 1),
                above("end of the kernel, which must leave room for the device tree", end),
                Direction.BOTTOM_UP);
    }

    /** Places the purgatory. */
    PhysicalRange purgatory() {
        Arm64Purgatory code = Arm64Purgatory.instance();
        return planner.place(
                "purgatory",
                code.memorySize(),
                code.alignment(),
                above("end of the kernel, which must leave room for the purgatory", HIGHEST),
                Direction.BOTTOM_UP);
    }

    /** From the end of the kernel to a limit, which must not lie below that. */
    private PhysicalRange above(String what, long end) {
        if (kernel.end() >= end) {
            throw new ProtocolLimitException(what, kernel.end(), end);
        }
        return new PhysicalRange(kernel.end(), end);
    }
}
