package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.BootRequest;
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
import java.util.Optional;
import java.util.Set;

/** Starts a bzImage by its 64-bit entry (Documentation/arch/x86/boot.rst, "64-bit Boot Protocol"). */
public final class Linux64Protocol implements BootProtocol {
    /** {@code type_of_loader} of kexec-tools, which the kernel's own loader uses too; 0 would make the kernel ignore the initrd. */
    private static final int TYPE_OF_LOADER = 0xd0;

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
        E820Table e820 = E820Table.of(request.target().memoryMap());
        BootParamsSegment parameters = new BootParamsSegment(commandLine(request, header), setupData(request, e820));
        Linux64Placement places = Linux64Placement.of(request, kernel, parameters.size());

        List<Segment> segments = new ArrayList<>();
        segments.add(kernel(kernel, places.kernel()));
        Optional<Segment> initrd =
                places.initrd().map(range -> initrd(request.initrd().orElseThrow(), range, kernel));
        initrd.ifPresent(segments::add);
        BootParams.Builder bootParams = bootParams(header, e820);
        RunningKernel.handOn(request.target(), bootParams);
        initrd.ifPresent(segment -> point(bootParams, segment));
        parameters.point(bootParams, places.bootParams().start());
        segments.add(new Segment(
                SegmentRole.BOOT_PARAMS,
                places.bootParams(),
                parameters.encode(bootParams.build(), places.bootParams().start()),
                "as high as possible from 0x%x on: boot_params, the command line, %d setup_data"
                        .formatted(
                                Linux64Placement.LOWEST, parameters.setupData().size())));

        X86Registers registers = X86Registers.linux64(
                places.kernel().start() + BzImage.ENTRY_64, places.bootParams().start());
        LinkedPurgatory purgatory =
                X86Purgatory.instance().link(places.purgatory().start(), settings(request, registers, segments));
        segments.add(new Segment(
                SegmentRole.PURGATORY,
                places.purgatory(),
                Content.of(purgatory.content()),
                "as high as possible from 0x%x on; it checks %s"
                        .formatted(
                                Linux64Placement.LOWEST,
                                request.verification().checkSegments()
                                        ? "%d segments".formatted(segments.size())
                                        : "nothing")));
        return new KexecImage(Architecture.X86_64, request.target().pageSize(), purgatory.entry(), segments, Set.of());
    }

    private static Content commandLine(BootRequest request, SetupHeader header) {
        byte[] text = request.commandLine().getBytes(StandardCharsets.UTF_8);
        if (text.length > header.cmdlineSize()) {
            throw new ProtocolLimitException(
                    "bytes of the command line (cmdline_size of this kernel)", text.length, header.cmdlineSize());
        }
        return Content.of(text);
    }

    private static List<SetupData> setupData(BootRequest request, E820Table e820) {
        List<SetupData> nodes = new ArrayList<>();
        Content rest = Content.of(e820.rest());
        if (rest.size() > 0) {
            nodes.add(new SetupData(SetupData.Type.E820_EXT, rest));
        }
        byte[] seed = new byte[SEED_SIZE];
        request.random().fill(seed);
        nodes.add(new SetupData(SetupData.Type.RNG_SEED, Content.of(seed)));
        return nodes;
    }

    private static Segment kernel(BzImage kernel, PhysicalRange range) {
        SetupHeader header = kernel.header();
        String reason = header.relocatable()
                ? "as high as possible from pref_address 0x%x on, aligned to kernel_alignment 0x%x; init_size 0x%x"
                        .formatted(header.prefAddress(), header.kernelAlignment(), kernel.memorySize())
                : "at pref_address, since it cannot be moved; init_size 0x%x".formatted(kernel.memorySize());
        return new Segment(SegmentRole.KERNEL, range, kernel.protectedModeCode(), reason);
    }

    private static Segment initrd(Content initrd, PhysicalRange range, BzImage kernel) {
        String limit = kernel.canBeLoadedAbove4G()
                ? ""
                : ", up to initrd_addr_max 0x%x".formatted(kernel.header().initrdAddrMax());
        return new Segment(
                SegmentRole.INITRD,
                range,
                initrd,
                "as high as possible from 0x%x on%s".formatted(Linux64Placement.LOWEST_INITRD, limit));
    }

    /** With what comes from the kernel's file and the memory map; addresses come later. */
    private static BootParams.Builder bootParams(SetupHeader header, E820Table e820) {
        byte[] raw = new byte[header.rawBytes().remaining()];
        header.rawBytes().get(raw);
        return BootParams.builder()
                .setupHeader(raw)
                .put(BootParamsField.TYPE_OF_LOADER, TYPE_OF_LOADER)
                .put(BootParamsField.LOADFLAGS, 0)
                .put(BootParamsField.RAMDISK_IMAGE, 0)
                .put(BootParamsField.RAMDISK_SIZE, 0)
                .put(BootParamsField.E820_ENTRIES, e820.count())
                .put(BootParamsField.E820_TABLE, e820.first());
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

    private static X86PurgatorySettings settings(BootRequest request, X86Registers registers, List<Segment> segments)
            throws IOException {
        List<SegmentCheck> checks = new ArrayList<>();
        if (request.verification().checkSegments()) {
            for (Segment segment : segments) {
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
