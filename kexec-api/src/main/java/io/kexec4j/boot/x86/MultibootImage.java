package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.Module;
import io.kexec4j.boot.SegmentPlanner;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Neighbours;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.LoadSegment;
import io.kexec4j.kernel.Multiboot2Header.Relocatable;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.X86Exit;
import io.kexec4j.purgatory.X86Purgatory;
import io.kexec4j.purgatory.X86Registers32;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The image of a kernel that is started by Multiboot: the kernel at its physical addresses, and as high as possible below 4 GiB
 * its modules, what it is told, and the purgatory, which enters it in 32-bit mode.
 */
final class MultibootImage {
    /** So that even the address behind a module fits into 32 bits. */
    private static final long END = Linux64Placement.FOUR_GIB - 0x1_0000;

    private static final long MIB = 1 << 20;

    /** The preference of a relocatable kernel for high addresses. */
    private static final long PREFERS_HIGH = 2;

    /** Kernels such as Xen leave out the first word of the command line, which is the name of the file with other loaders. */
    private static final String NAME = "kernel";

    /** What Multiboot demands of modules, or more. */
    private static final long MODULE_ALIGNMENT = 4096;

    private final BootRequest request;
    private final Program program;
    private final MultibootScreen screen;
    private final SegmentPlanner planner;
    private final List<LoadSegment> pieces;

    /**
     * What is started.
     *
     * @param version of Multiboot, 1 or 2
     * @param entry physical address
     * @param segments what lies where
     * @param relocatable where else it may lie
     */
    record Program(int version, long entry, List<LoadSegment> segments, Optional<Relocatable> relocatable) {
        /** The same at another place. */
        Program movedBy(long distance) {
            return new Program(
                    version,
                    entry + distance,
                    segments.stream().map(segment -> segment.movedBy(distance)).toList(),
                    relocatable);
        }
    }

    private MultibootImage(BootRequest request, Program program, MultibootScreen screen) {
        this.request = request;
        this.program = program;
        this.screen = screen;
        this.planner = SegmentPlanner.of(request);
        this.pieces = LoadSegment.pages(program.segments, request.target().pageSize());
    }

    /**
     * Makes the image.
     *
     * @param screen what a kernel of version 2 is told of it
     * @throws io.kexec4j.error.KexecException if there is no such image
     * @throws IOException if a file has shrunk
     */
    static KexecImage of(BootRequest request, Program program, MultibootScreen screen) throws IOException {
        if (request.initrd().isPresent()) {
            throw new UnsupportedCombinationException("a multiboot kernel takes no initrd, but modules: use --module");
        }
        return new MultibootImage(request, program.movedBy(distance(request, program)), screen).build(program.entry);
    }

    /**
     * How far it has to be moved: not at all if there is room where it was linked for, or it cannot be.
     *
     * @throws UnsupportedCombinationException if it can be moved, but to no place where both its pages and its start would be
     *     aligned
     */
    private static long distance(BootRequest request, Program program) {
        SegmentPlanner trial = SegmentPlanner.of(request);
        List<LoadSegment> pieces =
                LoadSegment.pages(program.segments, request.target().pageSize());
        try {
            pieces.forEach(piece -> trial.placeAt("kernel", piece.range()));
            return 0;
        } catch (NoMemoryHoleException e) {
            long start = pieces.get(0).range().start();
            long end = pieces.get(pieces.size() - 1).range().end();
            if (program.relocatable.isEmpty()) {
                return 0; // which says then what is in the way
            }
            Relocatable limits = program.relocatable.get();
            verifyMovable(lowest(program), limits, request.target().pageSize(), e);
            return SegmentPlanner.of(request)
                            .place(
                                    "kernel",
                                    end - start,
                                    limits.alignment(),
                                    new PhysicalRange(limits.min(), limits.max()),
                                    limits.preference() == PREFERS_HIGH ? Direction.TOP_DOWN : Direction.BOTTOM_UP)
                            .start()
                    - start;
        }
    }

    /** A kernel that begins at a page can begin at any other; one that does not must keep its place in the page. */
    private static void verifyMovable(long lowest, Relocatable limits, long page, NoMemoryHoleException cause) {
        if ((lowest & limits.alignment() - 1) != 0 && (lowest & page - 1) != 0) {
            UnsupportedCombinationException unaligned = new UnsupportedCombinationException(
                    ("there is no room where the multiboot2 kernel was linked for, and it cannot be moved: its header demands"
                                    + " a multiple of 0x%x, but it was linked for 0x%x, which is none, in the middle of a page")
                            .formatted(limits.alignment(), lowest));
            unaligned.initCause(cause);
            throw unaligned;
        }
    }

    private static long lowest(Program program) {
        return program.segments.stream()
                .map(segment -> segment.range().start())
                .min(Long::compareUnsigned)
                .orElseThrow();
    }

    /**
     * Builds it.
     *
     * @param linkedEntry where the entry was linked for
     */
    private KexecImage build(long linkedEntry) throws IOException {
        long last = pieces.get(pieces.size() - 1).range().end();
        if (Long.compareUnsigned(last, Linux64Placement.FOUR_GIB) > 0) {
            throw new ProtocolLimitException("end of the multiboot kernel", last, Linux64Placement.FOUR_GIB);
        }
        int fewest = Neighbours.fewest(pieces.stream().map(LoadSegment::range).toList());
        if (fewest > KexecImage.MAX_SEGMENTS - 3) {
            throw new ProtocolLimitException(
                    "segments of the kernel, besides which there are the modules, what the kernel is told, and the purgatory",
                    fewest,
                    KexecImage.MAX_SEGMENTS - 3);
        }
        String why = linkedEntry == program.entry
                ? "where it was linked for"
                : "moved by %s0x%x, as its header permits: there is no room where it was linked for"
                        .formatted(program.entry < linkedEntry ? "-" : "", Math.abs(program.entry - linkedEntry));
        List<Segment> segments = new ArrayList<>();
        for (LoadSegment piece : pieces) {
            planner.placeAt("kernel", piece.range());
            segments.add(new Segment(SegmentRole.KERNEL, piece.range(), piece.content(), why));
        }
        X86Purgatory code = X86Purgatory.instance();
        PhysicalRange purgatory = high("purgatory", code.memorySize());
        MultibootInformation information = information();
        PhysicalRange place = high("boot information", information.size());
        Optional<Segment> modules = modules();
        modules.ifPresent(segments::add);
        segments.add(new Segment(
                SegmentRole.BOOT_INFORMATION,
                place,
                information.at(place.start(), places(modules)),
                reason() + ": the information of Multiboot " + program.version));
        X86Exit exit = program.version == 1
                ? X86Registers32.multiboot(program.entry, place.start())
                : X86Registers32.multiboot2(program.entry, place.start());
        return X86Image.of(request, segments, purgatory, reason(), exit, OptionalLong.empty(), remarks());
    }

    private static String reason() {
        return "as high as possible below 0x%x".formatted(END);
    }

    private PhysicalRange high(String purpose, long size) {
        return planner.place(
                purpose, size, MODULE_ALIGNMENT, new PhysicalRange(Linux64Placement.LOWEST, END), Direction.TOP_DOWN);
    }

    private MultibootInformation information() throws IOException {
        MultibootMemory memory = MultibootMemory.of(request.target());
        String commandLine = request.commandLine().isEmpty() ? NAME : NAME + " " + request.commandLine();
        return program.version == 1
                ? new Multiboot1Information(commandLine, memory, request.modules())
                : new Multiboot2Information(
                        commandLine, lowest(program), memory, screen.framebuffer(), request.modules());
    }

    /** All modules in one segment, since segments are few; each from a page on. */
    private Optional<Segment> modules() {
        List<Content> parts = new ArrayList<>();
        for (Module module : request.modules()) {
            parts.add(module.content());
            parts.add(Content.zeroes(-module.content().size() & MODULE_ALIGNMENT - 1));
        }
        Content all = Content.concat(parts);
        if (all.size() == 0) {
            return Optional.empty();
        }
        PhysicalRange place =
                planner.place("modules", all.size(), MODULE_ALIGNMENT, new PhysicalRange(MIB, END), Direction.TOP_DOWN);
        return Optional.of(new Segment(SegmentRole.MODULES, place, all, reason()));
    }

    private List<MultibootModule> places(Optional<Segment> modules) {
        // Without a segment all of them are empty, and any address will do.
        long next = modules.map(segment -> segment.range().start()).orElse(MIB);
        List<MultibootModule> places = new ArrayList<>();
        for (Module module : request.modules()) {
            long size = module.content().size();
            places.add(new MultibootModule(next, next + size, module.arguments()));
            next += size + (-size & MODULE_ALIGNMENT - 1);
        }
        return places;
    }

    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        screen.remark().ifPresent(remarks::add);
        long rsdp = request.target().acpiRsdp().orElse(0);
        if (rsdp != 0) {
            remarks.add(
                    "the kernel is not told where ACPI's root pointer is (0x%x), which Multiboot cannot express here"
                            .formatted(rsdp));
        }
        return remarks;
    }
}
