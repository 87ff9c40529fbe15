package io.kexec4j.boot.arm64;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.CheckedSegments;
import io.kexec4j.boot.DeviceTreeHandOver;
import io.kexec4j.boot.DeviceTreeProtocol;
import io.kexec4j.boot.UsableMemoryRange;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.kernel.Arm64Image;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.Arm64Exit;
import io.kexec4j.purgatory.Arm64Purgatory;
import io.kexec4j.purgatory.Arm64PurgatorySettings;
import io.kexec4j.purgatory.LinkedPurgatory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Starts an Image or a vmlinux (Documentation/arch/arm64/booting.rst, "Call the kernel image"). */
public final class Arm64Protocol extends DeviceTreeProtocol {
    /** {@code COMMAND_LINE_SIZE} (arch/arm64/include/uapi/asm/setup.h), which counts the NUL. */
    private static final int LONGEST_COMMAND_LINE = 2047;

    /** Creates the protocol, which has no state. */
    public Arm64Protocol() {
        super(Architecture.AARCH64, LONGEST_COMMAND_LINE);
    }

    @Override
    public boolean starts(BootRequest request) {
        return request.target().architecture() == architecture() && Arm64Kernel.isOne(request.kernel());
    }

    @Override
    public KexecImage build(BootRequest request) throws IOException {
        verifyCommandLine(request);
        Arm64Kernel kernel = Arm64Kernel.of(request.kernel());
        List<String> remarks = new ArrayList<>(Arm64Fit.verify(kernel.header(), request.target()));
        Arm64Placement places = Arm64Placement.of(request, kernel.header());
        List<Segment> segments = new ArrayList<>(kernel(request, kernel, places));
        CheckedSegments.verifyCount(
                request,
                segments.stream().map(Segment::range).toList(),
                request.initrd().isPresent() ? 3 : 2);
        Optional<PhysicalRange> initrd = places.keptInitrd();
        if (request.initrd().isPresent()) {
            Content content = request.initrd().get();
            PhysicalRange pages = places.initrd(content.size());
            segments.add(new Segment(
                    SegmentRole.INITRD,
                    pages,
                    content,
                    "above the kernel, within the 32 GiB from the multiple of 1 GiB below that"));
            initrd = Optional.of(PhysicalRange.ofSize(pages.start(), content.size()));
        }
        DeviceTreeHandOver handOver = DeviceTreeHandOver.of(request, initrd, new UsableMemoryRange());
        remarks.addAll(handOver.remarks());
        Content blob = handOver.blob();
        PhysicalRange deviceTree = places.deviceTree(blob.size());
        segments.add(new Segment(SegmentRole.DEVICE_TREE, deviceTree, blob, "above the kernel"));
        CheckedSegments checked = CheckedSegments.of(request, segments);
        PhysicalRange purgatory = places.purgatory();
        Arm64PurgatorySettings settings = Arm64PurgatoryChoice.of(
                request,
                new Arm64Exit(places.kernel().start(), deviceTree.start()),
                checked.checks(),
                handOver.tree(),
                remarks);
        LinkedPurgatory linked = Arm64Purgatory.instance().link(purgatory.start(), settings);
        return new KexecImage(
                architecture(),
                request.target().pageSize(),
                linked.entry(),
                checked.with(linked, purgatory, "above the kernel"),
                Set.of(),
                remarks);
    }

    private static List<Segment> kernel(BootRequest request, Arm64Kernel kernel, Arm64Placement places) {
        String reason = "%s, text_offset 0x%x above a multiple of 2 MiB; image_size 0x%x"
                .formatted(
                        kernel.header().mayLieAnywhere()
                                ? "as high as leaves room for the rest above it, else as low as possible"
                                : "as low as possible, since it cannot use what is below it",
                        kernel.header().loadOffset(),
                        kernel.header().memorySize());
        return kernel.at(places.kernel().start(), request.target().pageSize()).stream()
                .map(piece -> new Segment(SegmentRole.KERNEL, piece.range(), piece.content(), reason))
                .toList();
    }

    /** What the kernel's own loader takes (arch/arm64/kernel/kexec_image.c, image_load). */
    @Override
    protected KexecFiles filesFor(BootRequest request) {
        if (!(request.kernel() instanceof Arm64Image image) || image.header().imageSize() == 0) {
            throw new UnsupportedCombinationException(
                    "kexec_file_load takes an Image with an image_size, and this is " + request.kernel());
        }
        List<String> remarks = new ArrayList<>(Arm64Fit.verify(image.header(), request.target()));
        remarks.add(
                "the running kernel starts it without checking that it is intact: on arm64, kexec_file_load has no purgatory");
        return new KexecFiles(
                architecture(), image.content(), request.initrd(), request.commandLine(), Set.of(), remarks);
    }
}
