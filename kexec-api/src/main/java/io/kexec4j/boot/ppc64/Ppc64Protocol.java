package io.kexec4j.boot.ppc64;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.CheckedSegments;
import io.kexec4j.boot.DeviceTreeHandOver;
import io.kexec4j.boot.DeviceTreeProtocol;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.ElfKernel;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.OpalFirmware;
import io.kexec4j.purgatory.Ppc64Exit;
import io.kexec4j.purgatory.Ppc64Purgatory;
import io.kexec4j.purgatory.Ppc64PurgatorySettings;
import io.kexec4j.target.PowerFacts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Starts an ELF kernel, of either byte order whatever that of the running one, with a device tree. */
final class Ppc64Protocol extends DeviceTreeProtocol {
    /** {@code COMMAND_LINE_SIZE} (arch/powerpc/include/uapi/asm/setup.h), which counts the NUL. */
    private static final int LONGEST_COMMAND_LINE = 2047;

    Ppc64Protocol(Architecture architecture) {
        super(architecture, LONGEST_COMMAND_LINE);
    }

    @Override
    public boolean starts(BootRequest request) {
        return request.target().architecture() == architecture() && Ppc64Kernel.isOne(request.kernel());
    }

    @Override
    public KexecImage build(BootRequest request) throws IOException {
        verifyCommandLine(request);
        PowerFacts facts = Ppc64Facts.facts(request.target());
        List<String> remarks = new ArrayList<>(Ppc64Facts.remarks(facts));
        boolean stays = request.crash().isPresent();
        Ppc64Kernel kernel = kernel(request, stays);
        Ppc64Placement places = Ppc64Placement.of(request, facts, kernel, stays);
        List<Segment> segments = new ArrayList<>(kernel(request, kernel, places, stays));
        CheckedSegments.verifyCount(
                request,
                segments.stream().map(Segment::range).toList(),
                request.initrd().isPresent() ? 3 : 2);
        Optional<PhysicalRange> initrd = places.keptInitrd();
        if (request.initrd().isPresent()) {
            Content content = request.initrd().get();
            PhysicalRange pages = places.initrd(content.size());
            segments.add(new Segment(
                    SegmentRole.INITRD, pages, content, "above the kernel, in memory that real mode reaches"));
            initrd = Optional.of(PhysicalRange.ofSize(pages.start(), content.size()));
        }
        DeviceTreeHandOver handOver = DeviceTreeHandOver.of(request, initrd, new Ppc64Tree());
        remarks.addAll(handOver.remarks());
        Content blob = handOver.blob();
        PhysicalRange deviceTree = places.deviceTree(blob.size());
        segments.add(new Segment(
                SegmentRole.DEVICE_TREE, deviceTree, blob, "as high as possible in memory that real mode reaches"));
        CheckedSegments checked = CheckedSegments.of(request, segments);
        Ppc64Purgatory code = Ppc64Purgatory.of(architecture().byteOrder());
        PhysicalRange purgatory = places.purgatory(code);
        Ppc64Exit exit = new Ppc64Exit(
                kernel.entryAt(places.kernel().start()),
                deviceTree.start(),
                facts.opal().map(opal -> new OpalFirmware(opal.memory().start(), opal.entry())));
        Ppc64PurgatorySettings settings =
                Ppc64PurgatoryChoice.of(request, exit, kernel, checked.checks(), facts, remarks);
        LinkedPurgatory linked = code.link(purgatory.start(), settings);
        return new KexecImage(
                architecture(),
                request.target().pageSize(),
                linked.entry(),
                checked.with(linked, purgatory, "as low as possible, where no other segment or the kernel will be"),
                Set.of(),
                remarks);
    }

    private static Ppc64Kernel kernel(BootRequest request, boolean stays) throws IOException {
        Ppc64Kernel kernel = Ppc64Kernel.of(request.kernel());
        if (!stays) {
            return kernel;
        }
        if (!kernel.canStay()) {
            throw new UnsupportedCombinationException(
                    "a crash kernel must run where it is loaded, and this one moves or unpacks itself to address 0:"
                            + " take a vmlinux that was built with CONFIG_RELOCATABLE");
        }
        return kernel.staying();
    }

    private static List<Segment> kernel(BootRequest request, Ppc64Kernel kernel, Ppc64Placement places, boolean stays) {
        String reason = kernel.mayLieAnywhere()
                ? "as low as possible; " + (stays ? "it stays there" : "it moves to address 0")
                : "where it was linked for";
        return kernel.at(places.kernel().start(), request.target().pageSize()).stream()
                .map(piece -> new Segment(SegmentRole.KERNEL, piece.range(), piece.content(), reason))
                .toList();
    }

    /** What the kernel's own loader takes (arch/powerpc/kexec/elf_64.c). */
    @Override
    protected KexecFiles filesFor(BootRequest request) {
        if (!(request.kernel() instanceof ElfKernel elf) || !elf.is64Bit()) {
            throw new UnsupportedCombinationException(
                    "kexec_file_load takes an ELF file of 64 bits, and this is " + request.kernel());
        }
        return new KexecFiles(
                architecture(),
                elf.content(),
                request.initrd(),
                request.commandLine(),
                Set.of(),
                List.of("the running kernel starts it without checking that it is intact:"
                        + " on ppc64, the purgatory of kexec_file_load has digests, and compares none"));
    }
}
