package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.SegmentPlanner;
import io.kexec4j.boot.x86.RealModeSetup.InitrdPlace;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.X86Purgatory;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Starts a bzImage by its setup code in real mode, as a boot loader on a BIOS machine does (Documentation/arch/x86/boot.rst,
 * "Running the Kernel"), with {@link X86Option#REAL_MODE}. The setup code asks the BIOS for the memory map, the screen and the
 * disks and makes boot_params itself, so nothing of what the target tells about them is handed on. The setup code and the
 * purgatory lie below 640 KiB.
 *
 * <p>Only a machine that a BIOS has booted has one to ask: if the target tells of EFI, it is refused.
 */
public final class LinuxRealModeProtocol implements BootProtocol {
    /** What is above is the adapter's and the BIOS's. */
    private static final long CONVENTIONAL_MEMORY = 0xa_0000;

    /** Creates the protocol, which has no state. */
    public LinuxRealModeProtocol() {}

    @Override
    public boolean starts(BootRequest request) {
        return request.target().architecture() == Architecture.X86_64
                && request.kernel() instanceof BzImage
                && request.has(X86Option.REAL_MODE);
    }

    /** The setup code enters the kernel in 32-bit mode, and a BIOS has no EFI to hand on: neither is a contradiction. */
    @Override
    public boolean honours(BootOption option) {
        return option == X86Option.REAL_MODE
                || option == X86Option.ENTRY_32BIT
                || option == X86Option.NO_EFI
                || X86Image.honours(option);
    }

    @Override
    public KexecFiles files(BootRequest request) {
        throw UnsupportedCombinationException.notByFiles(X86Option.REAL_MODE.label());
    }

    @Override
    public KexecImage build(BootRequest request) throws IOException {
        refuseWithoutBios(request.target());
        BzImage kernel = (BzImage) request.kernel();
        refuseOld(kernel);
        RealModeSetup setup = RealModeSetup.of(request, kernel, LinuxHeader.of(kernel));
        SegmentPlanner planner = SegmentPlanner.of(request);
        PhysicalRange low = new PhysicalRange(Linux64Placement.LOWEST, CONVENTIONAL_MEMORY);
        PhysicalRange setupPlace = planner.place("setup code", setup.size(), 1, low, Direction.TOP_DOWN);
        X86Purgatory code = X86Purgatory.instance();
        PhysicalRange purgatory =
                planner.place("purgatory", code.memorySize(), code.alignment(), low, Direction.TOP_DOWN);
        PhysicalRange kernelPlace = Linux32Placement.kernel(planner, kernel);
        Optional<InitrdPlace> initrd = request.initrd()
                .map(content -> new InitrdPlace(Linux32Placement.initrd(planner, content, kernel), content.size()));

        List<Segment> segments = new ArrayList<>();
        segments.add(setup.at(setupPlace, kernelPlace, initrd));
        segments.add(new Segment(
                SegmentRole.KERNEL,
                kernelPlace,
                kernel.protectedModeCode(),
                Linux32Protocol.reason(kernel, kernelPlace)));
        initrd.map(file -> new Segment(
                        SegmentRole.INITRD,
                        file.place(),
                        request.initrd().orElseThrow(),
                        "as high as possible up to initrd_addr_max 0x%x"
                                .formatted(kernel.header().initrdAddrMax())))
                .ifPresent(segments::add);
        return X86Image.of(
                request,
                segments,
                purgatory,
                "as high as possible below 640 KiB, where real mode begins",
                RealModeSetup.exit(setupPlace),
                OptionalLong.empty(),
                List.of("the second kernel asks the BIOS for its memory map, its screen and its disks"));
    }

    private static void refuseWithoutBios(Target target) throws IOException {
        boolean efi = target.efi().isPresent();
        if (target.bootParams().isPresent()) {
            BootParams running = BootParams.parse(target.bootParams().get());
            efi |= running.get(BootParamsField.EFI_LOADER_SIGNATURE) != 0;
        }
        if (efi) {
            throw new UnsupportedCombinationException(
                    "%s: this machine was booted by EFI, and the setup code would call a BIOS that is not there"
                            .formatted(X86Option.REAL_MODE.label()));
        }
    }

    private static void refuseOld(BzImage kernel) {
        int version = kernel.header().version();
        if (version < Linux32Placement.FIRST_WITH_CMD_LINE_PTR) {
            throw new UnsupportedCombinationException(
                    "%s: this kernel has boot protocol %d.%02d, whose setup code wants to lie at one address only; 2.02 and newer do not"
                            .formatted(X86Option.REAL_MODE.label(), version >> 8, version & 0xff));
        }
    }
}
