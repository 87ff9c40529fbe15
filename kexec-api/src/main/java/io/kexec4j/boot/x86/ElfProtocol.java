package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.ElfKernel;
import io.kexec4j.kernel.LoadSegment;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.X86Exit;
import io.kexec4j.purgatory.X86Registers;
import io.kexec4j.purgatory.X86Registers32;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Starts an ELF program for x86, such as a vmlinux, at its entry: a 64-bit one in long mode, a 32-bit one in protected mode
 * without paging.
 *
 * <p>Linux is handed boot_params in rsi or esi, as its bzImage does it after decompression (startup_64 in arch/x86/kernel/
 * head_64.S, startup_32 in head_32.S). Other programs are handed ELF boot notes, as by kexec-tools. A file is taken for Linux if
 * it has a note of Linux, or holds the text with which Linux begins to print; {@link X86Option#ARGS_LINUX}, {@link
 * X86Option#ARGS_ELF} and {@link X86Option#ARGS_NONE} decide otherwise.
 */
public final class ElfProtocol implements BootProtocol {
    /** Creates the protocol, which has no state. */
    public ElfProtocol() {}

    @Override
    public boolean starts(BootRequest request) {
        return request.target().architecture() == Architecture.X86_64
                && request.kernel() instanceof ElfKernel kernel
                && kernel.byteOrder() == ByteOrder.LITTLE_ENDIAN
                && kernel.machine() == (kernel.is64Bit() ? ElfHeader.EM_X86_64 : ElfHeader.EM_386);
    }

    @Override
    public boolean honours(BootOption option) {
        return option == X86Option.ARGS_LINUX
                || option == X86Option.ARGS_ELF
                || option == X86Option.ARGS_NONE
                || (option != X86Option.PRESERVE_CONTEXT && LinuxBootParams.honours(option));
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
        ElfKernel kernel = (ElfKernel) request.kernel();
        ElfArguments.Choice choice = ElfArguments.choose(request, kernel);
        List<String> remarks = new ArrayList<>(choice.remark().stream().toList());
        return switch (choice.arguments()) {
            case LINUX -> linux(request, kernel, remarks);
            case NOTES -> notes(request, kernel, remarks);
            case NONE -> alone(request, kernel, remarks);
        };
    }

    private static KexecImage linux(BootRequest request, ElfKernel kernel, List<String> remarks) throws IOException {
        LinuxBootParams bootParams = LinuxBootParams.of(request, LinuxHeader.of(kernel));
        ElfPlacement places = ElfPlacement.of(request, kernel, OptionalLong.of(bootParams.size()));
        PhysicalRange place = places.information().orElseThrow();
        Segment information = bootParams.at(place, places.initrd(), high(places));
        remarks.addAll(bootParams.remarks());
        long entry = kernel.entry() + places.moved();
        X86Exit exit = kernel.is64Bit()
                ? X86Registers.linux64(entry, place.start())
                : X86Registers32.linux32(entry, place.start());
        return image(request, kernel, places, Optional.of(information), exit, remarks);
    }

    private static KexecImage notes(BootRequest request, ElfKernel kernel, List<String> remarks) throws IOException {
        ElfBootNotes notes = new ElfBootNotes(request.commandLine());
        ElfPlacement places = ElfPlacement.of(request, kernel, OptionalLong.of(notes.size()));
        PhysicalRange place = places.information().orElseThrow();
        Segment information = new Segment(
                SegmentRole.BOOT_INFORMATION,
                place,
                notes.at(place.start()),
                high(places) + ": ELF boot notes with the command line");
        return image(
                request,
                kernel,
                places,
                Optional.of(information),
                notesExit(kernel, kernel.entry() + places.moved(), place.start()),
                remarks);
    }

    private static X86Exit notesExit(ElfKernel kernel, long entry, long segment) {
        OptionalLong stack = OptionalLong.of(segment + ElfBootNotes.STACK_SIZE);
        long notes = ElfBootNotes.address(segment);
        return kernel.is64Bit()
                ? new X86Registers(0, 0, 0, 0, OptionalLong.empty(), 0, 0, notes, 0, 0, 0, 0, 0, 0, 0, 0, entry)
                : new X86Registers32(ElfBootNotes.SIGNATURE, 0, 0, notes, stack, 0, 0, 0, entry);
    }

    private static KexecImage alone(BootRequest request, ElfKernel kernel, List<String> remarks) throws IOException {
        ElfPlacement places = ElfPlacement.of(request, kernel, OptionalLong.empty());
        long entry = kernel.entry() + places.moved();
        X86Exit exit = kernel.is64Bit() ? X86Registers.linux64(entry, 0) : X86Registers32.linux32(entry, 0);
        return image(request, kernel, places, Optional.empty(), exit, remarks);
    }

    private static KexecImage image(
            BootRequest request,
            ElfKernel kernel,
            ElfPlacement places,
            Optional<Segment> information,
            X86Exit exit,
            List<String> remarks)
            throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (LoadSegment piece : places.pieces()) {
            segments.add(new Segment(SegmentRole.KERNEL, piece.range(), piece.content(), reason(kernel, places)));
        }
        places.initrd()
                .map(range ->
                        new Segment(SegmentRole.INITRD, range, request.initrd().orElseThrow(), high(places)))
                .ifPresent(segments::add);
        information.ifPresent(segments::add);
        return X86Image.of(request, segments, places.purgatory(), high(places), exit, OptionalLong.empty(), remarks);
    }

    private static String high(ElfPlacement places) {
        return "as high as possible below 0x%x".formatted(places.end());
    }

    private static String reason(ElfKernel kernel, ElfPlacement places) {
        if (!kernel.positionIndependent()) {
            return "at its p_paddr";
        }
        return "as low as possible, since it can be moved; the program was linked for 0x%x"
                .formatted(places.pieces().get(0).range().start() - places.moved());
    }
}
