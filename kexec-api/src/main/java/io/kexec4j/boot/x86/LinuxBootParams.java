package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * boot_params with all that they point to, as every way to enter Linux on x86 hands them over. First the size is known, then
 * the address, then the content.
 */
final class LinuxBootParams {
    /** {@code type_of_loader} of kexec-tools, which the kernel's own loader uses too; 0 would make the kernel ignore the initrd. */
    static final int TYPE_OF_LOADER = 0xd0;

    private final BootRequest request;
    private final LinuxHeader header;
    private final E820Table e820;
    private final RunningKernel running;
    private final EfiHandOver efi;
    private final BootParamsSegment layout;
    private final List<String> remarks;

    private LinuxBootParams(
            BootRequest request, LinuxHeader header, RunningKernel running, EfiHandOver efi, SetupDataList nodes) {
        this.request = request;
        this.header = header;
        this.e820 = nodes.e820();
        this.running = running;
        this.efi = efi;
        this.layout = new BootParamsSegment(
                commandLine(request, header), X86Image.addedToCommandLine(request), efi.memoryMap(), nodes.nodes());
        List<String> all = new ArrayList<>();
        efi.refusal().ifPresent(reason -> all.add("EFI's runtime services are not handed on: " + reason));
        all.addAll(running.remarks());
        all.addAll(nodes.remarks());
        this.remarks = List.copyOf(all);
    }

    /**
     * Collects what they are made of.
     *
     * @throws ProtocolLimitException if the command line is too long for the kernel
     * @throws io.kexec4j.error.UnsupportedCombinationException if the user wants what is unknown, or what the kernel does not know
     * @throws IOException if a fact of the target is malformed
     */
    static LinuxBootParams of(BootRequest request, LinuxHeader header) throws IOException {
        CrashCommandLine.verify(request);
        RunningKernel running = RunningKernel.of(request);
        EfiHandOver efi = EfiHandOver.of(request, header, running.bootParams());
        return new LinuxBootParams(request, header, running, efi, SetupDataList.of(request, header, efi.node()));
    }

    /** Whether boot_params can express what the user has decided, which then is true for every protocol that uses them. */
    static boolean honours(BootOption option) {
        return option == X86Option.NO_EFI
                || option == X86Option.REUSE_VIDEO
                || option == X86Option.REUSE_DEVICE_TREE
                || option == X86Option.PRESERVE_CONTEXT
                || option == X86Option.MEMMAP_ON_COMMAND_LINE
                || option == X86Option.BACK_UP_LOW_MEMORY
                || X86Image.honours(option);
    }

    /** What was decided on the user's behalf. */
    List<String> remarks() {
        return remarks;
    }

    /** The size of the segment in bytes. */
    long size() {
        return layout.size();
    }

    /**
     * Makes the segment.
     *
     * @param place where it will lie, with room for {@link #size}
     * @param initrd where the initrd will lie, if there is one
     * @param reason why it lies there
     * @throws IOException if a fact of the target is malformed
     */
    Segment at(PhysicalRange place, Optional<PhysicalRange> initrd, String reason) throws IOException {
        return at(place, initrd, reason, builder -> {});
    }

    /**
     * Makes the segment.
     *
     * @param place where it will lie, with room for {@link #size}
     * @param initrd where the initrd will lie, if there is one
     * @param reason why it lies there
     * @param more writes what only one way to enter the kernel wants
     * @throws IOException if a fact of the target is malformed
     */
    Segment at(PhysicalRange place, Optional<PhysicalRange> initrd, String reason, Consumer<BootParams.Builder> more)
            throws IOException {
        BootParams.Builder bootParams = bootParams();
        running.handOn(bootParams);
        initrd.ifPresent(range ->
                point(bootParams, range.start(), request.initrd().orElseThrow().size()));
        layout.point(bootParams, place.start());
        efi.point(bootParams, layout.efiMemoryMapAddress(place.start()));
        more.accept(bootParams);
        return new Segment(
                SegmentRole.BOOT_PARAMS,
                place,
                layout.encode(bootParams.build(), place.start()),
                "%s: boot_params, the command line, %d setup_data"
                        .formatted(reason, layout.setupData().size()));
    }

    /** Where the NUL behind the command line lies in a segment. */
    long commandLineEnd(PhysicalRange place) {
        return place.start()
                + BootParamsSegment.COMMAND_LINE_OFFSET
                + layout.commandLine().size();
    }

    /** The bytes of the command line, which leave room for what the purgatory adds. */
    static Content commandLine(BootRequest request, LinuxHeader header) {
        byte[] text = CrashCommandLine.of(request).getBytes(StandardCharsets.UTF_8);
        int added = X86Image.addedToCommandLine(request);
        if (text.length + added > header.cmdlineSize()) {
            throw new ProtocolLimitException(
                    added == 0
                            ? "bytes of the command line (cmdline_size of this kernel)"
                            : "bytes of the command line with the address to jump back to (cmdline_size of this kernel)",
                    text.length + added,
                    header.cmdlineSize());
        }
        return Content.of(text);
    }

    /** With what comes from the kernel's file and the memory map; addresses come later. */
    private BootParams.Builder bootParams() throws IOException {
        return BootParams.builder()
                .setupHeader(header.bytes().copy(0, (int) header.bytes().size()))
                .put(BootParamsField.TYPE_OF_LOADER, TYPE_OF_LOADER)
                .put(BootParamsField.LOADFLAGS, 0)
                .put(BootParamsField.RAMDISK_IMAGE, 0)
                .put(BootParamsField.RAMDISK_SIZE, 0)
                .put(BootParamsField.E820_ENTRIES, e820.count())
                .put(BootParamsField.E820_TABLE, e820.first());
    }

    private static void point(BootParams.Builder bootParams, long initrd, long size) {
        bootParams
                .put(BootParamsField.RAMDISK_IMAGE, Halves.low(initrd))
                .put(BootParamsField.EXT_RAMDISK_IMAGE, Halves.high(initrd))
                .put(BootParamsField.RAMDISK_SIZE, Halves.low(size))
                .put(BootParamsField.EXT_RAMDISK_SIZE, Halves.high(size));
    }
}
