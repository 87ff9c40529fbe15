package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.SegmentPlanner;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.kernel.SetupHeader;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.SegmentCheck;
import io.kexec4j.purgatory.X86Purgatory;
import io.kexec4j.purgatory.X86PurgatorySettings;
import io.kexec4j.purgatory.X86Registers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Starts a bzImage by its 64-bit entry (Documentation/arch/x86/boot.rst, "64-bit Boot Protocol").
 *
 * <p>All segments lie as high as possible, as kexec-tools and the kernel's own loader put them: low memory is scarce, and some
 * hardware can use nothing else. In this order: the purgatory, boot_params, the kernel, the initrd.
 */
public final class Linux64Protocol implements BootProtocol {
    /** {@code type_of_loader} of kexec-tools, which the kernel's own loader uses too; 0 would make the kernel ignore the initrd. */
    static final int TYPE_OF_LOADER = 0xd0;

    /** Below lie the tables of the BIOS and the boot stack of the old kernel; the kernel's own loader keeps off it as well. */
    private static final long LOWEST_PURGATORY = 0x3000;

    private static final long LOWEST_KERNEL = 0x10_0000;
    private static final long LOWEST_INITRD = 0x100_0000;
    private static final long FOUR_GIB = 1L << 32;

    /** {@code KEXEC_DESTINATION_MEMORY_LIMIT} with 4-level page tables; all kernels have those. */
    private static final long HIGHEST = 1L << 46;

    private static final int SEED_SIZE = 32;

    /** Creates the protocol, which has no state. */
    public Linux64Protocol() {}

    @Override
    public boolean starts(Architecture architecture, KernelFile kernel) {
        return architecture == Architecture.X86_64 && kernel instanceof BzImage;
    }

    @Override
    public KexecImage build(BootRequest request) throws IOException {
        BzImage kernel = (BzImage) request.kernel();
        SetupHeader header = kernel.header();
        if (!kernel.has64BitEntry()) {
            throw new UnsupportedCombinationException(
                    "the kernel has no 64-bit entry (boot protocol %d.%02d, xloadflags 0x%x), and no other can be used yet"
                            .formatted(header.version() >> 8, header.version() & 0xff, header.xloadflags()));
        }
        long highest = kernel.canBeLoadedAbove4G() ? HIGHEST : FOUR_GIB;
        BootParamsSegment parameters = parameters(request, header);
        X86Purgatory purgatory = X86Purgatory.instance();

        SegmentPlanner planner = new SegmentPlanner(request.target(), request.window());
        PhysicalRange purgatoryRange = planner.place(
                "purgatory",
                purgatory.memorySize(),
                purgatory.alignment(),
                new PhysicalRange(LOWEST_PURGATORY, HIGHEST),
                Direction.TOP_DOWN);
        PhysicalRange parametersRange = planner.place(
                "boot_params", parameters.size(), 1, new PhysicalRange(LOWEST_PURGATORY, highest), Direction.TOP_DOWN);
        PhysicalRange kernelRange = placeKernel(planner, kernel, highest);

        List<Segment> checked = new ArrayList<>();
        BootParams.Builder bootParams = BootParams.builder();
        header(bootParams, header);
        if (request.initrd().isPresent()) {
            Segment initrd = initrd(planner, request.initrd().get(), kernel);
            checked.add(initrd);
            point(bootParams, initrd);
        }
        RunningKernel.handOn(request.target(), bootParams);
        E820Table e820 = E820Table.of(request.target().memoryMap());
        bootParams.put(BootParamsField.E820_ENTRIES, e820.count()).put(BootParamsField.E820_TABLE, e820.first());
        parameters.point(bootParams, parametersRange.start());
        checked.add(new Segment(
                SegmentRole.BOOT_PARAMS,
                parametersRange,
                parameters.encode(bootParams.build(), parametersRange.start()),
                "as high as possible from 0x%x on: boot_params, the command line, %d setup_data"
                        .formatted(LOWEST_PURGATORY, parameters.setupData().size())));
        checked.add(new Segment(
                SegmentRole.KERNEL,
                kernelRange,
                kernel.protectedModeCode(),
                header.relocatable()
                        ? "as high as possible from pref_address 0x%x on, aligned to kernel_alignment 0x%x; init_size 0x%x"
                                .formatted(header.prefAddress(), header.kernelAlignment(), kernel.memorySize())
                        : "not relocatable: at pref_address; init_size 0x%x".formatted(kernel.memorySize())));

        LinkedPurgatory linked = purgatory.link(
                purgatoryRange.start(),
                settings(
                        request,
                        X86Registers.linux64(kernelRange.start() + BzImage.ENTRY_64, parametersRange.start()),
                        checked));
        List<Segment> segments = new ArrayList<>(checked);
        segments.add(new Segment(
                SegmentRole.PURGATORY,
                purgatoryRange,
                Content.of(linked.content()),
                "as high as possible from 0x%x on; it checks %d segments"
                        .formatted(LOWEST_PURGATORY, request.verification().checkSegments() ? checked.size() : 0)));
        return new KexecImage(Architecture.X86_64, request.target().pageSize(), linked.entry(), segments, Set.of());
    }

    private static BootParamsSegment parameters(BootRequest request, SetupHeader header) {
        byte[] commandLine = request.commandLine().getBytes(StandardCharsets.UTF_8);
        if (Long.compareUnsigned(commandLine.length, header.cmdlineSize()) > 0) {
            throw new ProtocolLimitException(
                    "bytes of the command line (cmdline_size of this kernel)",
                    commandLine.length,
                    header.cmdlineSize());
        }
        List<SetupData> setupData = new ArrayList<>();
        Content rest = Content.of(E820Table.of(request.target().memoryMap()).rest());
        if (rest.size() > 0) {
            setupData.add(new SetupData(SetupData.Type.E820_EXT, rest));
        }
        byte[] seed = new byte[SEED_SIZE];
        request.random().fill(seed);
        setupData.add(new SetupData(SetupData.Type.RNG_SEED, Content.of(seed)));
        return new BootParamsSegment(Content.of(commandLine), setupData);
    }

    private static PhysicalRange placeKernel(SegmentPlanner planner, BzImage kernel, long highest) {
        SetupHeader header = kernel.header();
        long size = kernel.memorySize();
        if (!header.relocatable()) {
            PhysicalRange only = PhysicalRange.ofSize(header.prefAddress(), size);
            return planner.place("kernel", size, 1, only, Direction.BOTTOM_UP);
        }
        long lowest = Math.max(header.prefAddress(), LOWEST_KERNEL);
        if (Long.compareUnsigned(lowest, highest) >= 0) {
            throw new ProtocolLimitException("pref_address of the kernel", lowest, highest);
        }
        return planner.place(
                "kernel", size, header.kernelAlignment(), new PhysicalRange(lowest, highest), Direction.TOP_DOWN);
    }

    private static Segment initrd(SegmentPlanner planner, Content initrd, BzImage kernel) {
        // A kernel that can be loaded above 4 GiB finds its initrd anywhere; initrd_addr_max is for the others.
        long end = kernel.canBeLoadedAbove4G() ? HIGHEST : kernel.header().initrdAddrMax() + 1;
        PhysicalRange range =
                planner.place("initrd", initrd.size(), 1, new PhysicalRange(LOWEST_INITRD, end), Direction.TOP_DOWN);
        String limit = kernel.canBeLoadedAbove4G() ? "" : ", up to initrd_addr_max 0x%x".formatted(end - 1);
        return new Segment(
                SegmentRole.INITRD,
                range,
                initrd,
                "as high as possible from 0x%x on%s".formatted(LOWEST_INITRD, limit));
    }

    private static void header(BootParams.Builder bootParams, SetupHeader header) {
        byte[] raw = new byte[header.rawBytes().remaining()];
        header.rawBytes().get(raw);
        bootParams
                .setupHeader(raw)
                .put(BootParamsField.TYPE_OF_LOADER, TYPE_OF_LOADER)
                .put(BootParamsField.LOADFLAGS, 0)
                .put(BootParamsField.RAMDISK_IMAGE, 0)
                .put(BootParamsField.RAMDISK_SIZE, 0);
    }

    private static void point(BootParams.Builder bootParams, Segment initrd) {
        long address = initrd.range().start();
        long size = initrd.content().size();
        bootParams
                .put(BootParamsField.RAMDISK_IMAGE, Halves.low(address))
                .put(BootParamsField.EXT_RAMDISK_IMAGE, Halves.high(address))
                .put(BootParamsField.RAMDISK_SIZE, Halves.low(size))
                .put(BootParamsField.EXT_RAMDISK_SIZE, Halves.high(size));
    }

    private static X86PurgatorySettings settings(BootRequest request, X86Registers registers, List<Segment> checked)
            throws IOException {
        List<SegmentCheck> checks = new ArrayList<>();
        if (request.verification().checkSegments()) {
            for (Segment segment : checked) {
                checks.add(new SegmentCheck(
                        segment.role().label(),
                        segment.range().start(),
                        segment.content().size(),
                        segment.range().size(),
                        segment.content().sha256()));
            }
        }
        X86PurgatorySettings.Builder settings = X86PurgatorySettings.builder(registers)
                .checks(checks)
                .onMismatch(request.verification().onMismatch());
        request.verification().console().ifPresent(settings::console);
        return settings.build();
    }
}
