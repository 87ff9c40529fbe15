package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.SetupHeader;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.X86Registers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Starts a bzImage by its 64-bit entry (Documentation/arch/x86/boot.rst, "64-bit Boot Protocol"). */
public final class Linux64Protocol implements BootProtocol {
    /** Creates the protocol, which has no state. */
    public Linux64Protocol() {}

    @Override
    public boolean starts(BootRequest request) {
        return request.target().architecture() == Architecture.X86_64
                && request.kernel() instanceof BzImage kernel
                && kernel.has64BitEntry()
                && !request.has(X86Option.ENTRY_32BIT)
                && !request.has(X86Option.REAL_MODE);
    }

    @Override
    public boolean honours(BootOption option) {
        return LinuxBootParams.honours(option);
    }

    @Override
    public boolean takesDeviceTree() {
        return true;
    }

    @Override
    public boolean startsAfterCrash() {
        return true;
    }

    @Override
    public KexecImage build(BootRequest request) throws IOException {
        BzImage kernel = (BzImage) request.kernel();
        LinuxBootParams bootParams = LinuxBootParams.of(request, LinuxHeader.of(kernel));
        Linux64Placement places = Linux64Placement.of(request, kernel, bootParams.size());
        String low = "as high as possible from 0x%x on".formatted(Linux64Placement.LOWEST);

        List<Segment> segments = new ArrayList<>();
        segments.add(kernel(kernel, places.kernel()));
        places.initrd()
                .map(range -> initrd(request.initrd().orElseThrow(), range, kernel))
                .ifPresent(segments::add);
        segments.add(bootParams.at(places.bootParams(), places.initrd(), low));
        X86Registers registers = X86Registers.linux64(
                places.kernel().start() + BzImage.ENTRY_64, places.bootParams().start());
        return X86Image.of(
                request,
                segments,
                places.purgatory(),
                low,
                registers,
                OptionalLong.of(bootParams.commandLineEnd(places.bootParams())),
                bootParams.remarks());
    }

    /** What the kernel's own loader takes (arch/x86/kernel/kexec-bzimage64.c, bzImage64_probe). */
    @Override
    public KexecFiles files(BootRequest request) {
        BzImage kernel = (BzImage) request.kernel();
        refuse(!kernel.canBeLoadedAbove4G(), "a kernel that must lie below 4 GiB");
        refuse(request.deviceTree().isPresent(), "a device tree");
        Set<KexecFileFlag> flags = EnumSet.noneOf(KexecFileFlag.class);
        for (BootOption option : request.options()) {
            refuse(option != X86Option.REUSE_DEVICE_TREE, option.label());
            flags.add(KexecFileFlag.FORCE_DTB);
        }
        return new KexecFiles(
                Architecture.X86_64, kernel.content(), request.initrd(), request.commandLine(), flags, List.of());
    }

    private static void refuse(boolean impossible, String wish) {
        if (impossible) {
            throw UnsupportedCombinationException.notByFiles(wish);
        }
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
}
