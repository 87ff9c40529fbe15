package io.kexec4j.boot.x86;

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
    private static final int TYPE_OF_LOADER = 0xd0;

    private static final int SEED_SIZE = 32;

    private final BootRequest request;
    private final LinuxHeader header;
    private final E820Table e820;
    private final BootParamsSegment layout;

    private LinuxBootParams(BootRequest request, LinuxHeader header, E820Table e820) {
        this.request = request;
        this.header = header;
        this.e820 = e820;
        this.layout = new BootParamsSegment(
                commandLine(request, header), header.takesSetupData() ? setupData(request, e820) : List.of());
    }

    /**
     * Collects what they are made of.
     *
     * @throws ProtocolLimitException if the command line is too long for the kernel
     */
    static LinuxBootParams of(BootRequest request, LinuxHeader header) {
        return new LinuxBootParams(
                request, header, E820Table.of(request.target().memoryMap()));
    }

    /** The size of the segment in bytes. */
    long size() {
        return layout.size();
    }

    /** What this kernel cannot be told. */
    List<String> remarks() {
        int left = e820.regions().size() - e820.count();
        if (header.takesSetupData() || left == 0) {
            return List.of();
        }
        return List.of(
                ("the kernel is told of %d regions of memory, not of %d more: boot protocol %d.%02d has no room for them")
                        .formatted(e820.count(), left, header.version() >> 8, header.version() & 0xff));
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
        RunningKernel.handOn(request.target(), bootParams);
        initrd.ifPresent(range ->
                point(bootParams, range.start(), request.initrd().orElseThrow().size()));
        layout.point(bootParams, place.start());
        more.accept(bootParams);
        return new Segment(
                SegmentRole.BOOT_PARAMS,
                place,
                layout.encode(bootParams.build(), place.start()),
                "%s: boot_params, the command line, %d setup_data"
                        .formatted(reason, layout.setupData().size()));
    }

    private static Content commandLine(BootRequest request, LinuxHeader header) {
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
