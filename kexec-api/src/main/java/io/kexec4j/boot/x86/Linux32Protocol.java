package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.SetupHeader;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.X86Registers32;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Starts a bzImage by its 32-bit entry (Documentation/arch/x86/boot.rst, "32-bit Boot Protocol"): kernels that have no other,
 * which are 32-bit ones and those before protocol 2.12, and any with {@link X86Option#ENTRY_32BIT}. Everything lies below 4 GiB,
 * and the purgatory leaves long mode.
 */
public final class Linux32Protocol implements BootProtocol {
    private static final int CL_MAGIC = 0xa33f;

    /** Creates the protocol, which has no state. */
    public Linux32Protocol() {}

    @Override
    public boolean starts(BootRequest request) {
        return request.target().architecture() == Architecture.X86_64
                && request.kernel() instanceof BzImage kernel
                && (!kernel.has64BitEntry() || request.has(X86Option.ENTRY_32BIT))
                && !request.has(X86Option.REAL_MODE);
    }

    @Override
    public boolean honours(BootOption option) {
        return option == X86Option.ENTRY_32BIT || LinuxBootParams.honours(option);
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
        Linux32Placement places = Linux32Placement.of(request, kernel, bootParams.size());
        String high = "as high as possible below 0x%x".formatted(places.end());
        boolean old = kernel.header().version() < Linux32Placement.FIRST_WITH_CMD_LINE_PTR;
        long entry = places.kernel().start();

        List<Segment> segments = new ArrayList<>();
        segments.add(new Segment(
                SegmentRole.KERNEL, places.kernel(), kernel.protectedModeCode(), reason(kernel, places.kernel())));
        places.initrd()
                .map(range -> new Segment(
                        SegmentRole.INITRD,
                        range,
                        request.initrd().orElseThrow(),
                        "as high as possible up to initrd_addr_max 0x%x"
                                .formatted(kernel.header().initrdAddrMax())))
                .ifPresent(segments::add);
        segments.add(bootParams.at(
                places.bootParams(),
                places.initrd(),
                old ? "where kernels before boot protocol 2.02 look for it" : high,
                builder -> enter(builder, entry, old)));
        X86Registers32 registers =
                X86Registers32.linux32(entry, places.bootParams().start());
        return X86Image.of(
                request,
                segments,
                places.purgatory(),
                high,
                registers,
                OptionalLong.of(bootParams.commandLineEnd(places.bootParams())),
                bootParams.remarks());
    }

    /** {@code LOADED_HIGH} is true of every bzImage, and boot.rst has boot loaders only read it. */
    private static void enter(BootParams.Builder bootParams, long entry, boolean old) {
        bootParams.put(BootParamsField.CODE32_START, entry).put(BootParamsField.LOADFLAGS, SetupHeader.LOADED_HIGH);
        if (old) {
            bootParams
                    .put(BootParamsField.CL_MAGIC, CL_MAGIC)
                    .put(BootParamsField.CL_OFFSET, BootParamsSegment.COMMAND_LINE_OFFSET);
        }
    }

    static String reason(BzImage kernel, PhysicalRange range) {
        SetupHeader header = kernel.header();
        return header.relocatable()
                ? "as low as possible from pref_address 0x%x on, aligned to kernel_alignment 0x%x; it needs 0x%x bytes"
                        .formatted(header.prefAddress(), header.kernelAlignment(), kernel.memorySize())
                : "at 0x%x, since it cannot be moved; it needs 0x%x bytes"
                        .formatted(range.start(), kernel.memorySize());
    }
}
