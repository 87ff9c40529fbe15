package io.kexec4j.boot.ppc64;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtNode;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What must be true of every image of a vmlinux for Power that is not for a crash: head_64.S and what Linux' own loader leaves out, read
 * once more, in the terms of the machine's live tree. Shares nothing with the code that makes it. Addresses stay below 2^63.
 */
record Ppc64ImageRules(Target target, long memorySize, Optional<Content> initrd, long realModeEnd) {
    void assertKeptBy(KexecImage image) throws IOException {
        assertPlaces(image);
        Segment purgatory = of(image, SegmentRole.PURGATORY);
        assertThat(image.entry()).isEqualTo(purgatory.range().start());
        Segment kernel = of(image, SegmentRole.KERNEL);
        assertThat(kernel.range().start() % 0x1_0000).isZero();
        assertThat(kernel.range().size()).isGreaterThanOrEqualTo(memorySize);
        for (Segment segment : image.segments()) {
            if (segment.role() != SegmentRole.KERNEL) {
                assertThat(segment.range().start()).isGreaterThanOrEqualTo(memorySize);
            }
        }
        byte[] head = kernel.content().copy(0, 0x100);
        byte[] own = purgatory.content().copy(0, 0x100);
        for (int i = 4; i < head.length; i++) {
            assertThat(own[i]).as("byte %d of what goes to address 0", i).isEqualTo(head[i]);
        }
        assertDeviceTree(image);
    }

    private void assertPlaces(KexecImage image) throws IOException {
        long below = 0;
        for (Segment segment : image.segments()) {
            PhysicalRange range = segment.range();
            assertThat(range.start()).isGreaterThanOrEqualTo(below);
            below = range.end();
            assertThat((range.start() | range.end()) % target.pageSize()).isZero();
            assertThat(range.end()).isLessThanOrEqualTo(realModeEnd);
            assertThat(target.memoryMap().ram().stream().anyMatch(ram -> ram.contains(range)))
                    .isTrue();
            assertThat(kept()).noneMatch(range::overlaps);
        }
    }

    /** What the tree says that the running kernel and the firmware keep. */
    private List<PhysicalRange> kept() throws IOException {
        Fdt tree = read(target.liveTree().orElseThrow());
        return List.of(
                        kept(tree, "/rtas", "linux,rtas-base", "rtas-size"),
                        kept(tree, "/ibm,opal", "opal-base-address", "opal-runtime-size"),
                        kept(tree, "/chosen", "linux,htab-base", "linux,htab-size"),
                        kept(tree, "/pci@800000020000000", "linux,tce-base", "linux,tce-size"),
                        tree.node("/chosen")
                                .flatMap(node -> node.property("linux,kernel-end"))
                                .map(end -> new PhysicalRange(0, number(end))))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<PhysicalRange> kept(Fdt tree, String path, String base, String size) {
        Optional<FdtNode> node = tree.node(path);
        return node.flatMap(found -> found.property(base))
                .map(start -> PhysicalRange.ofSize(
                        number(start), number(node.orElseThrow().property(size).orElseThrow())));
    }

    private static long number(PropertyValue value) {
        ByteBuffer bytes = value.bytes();
        return value.size() == Long.BYTES ? bytes.getLong() : Integer.toUnsignedLong(bytes.getInt());
    }

    private void assertDeviceTree(KexecImage image) throws IOException {
        Fdt tree = read(of(image, SegmentRole.DEVICE_TREE).content());
        Node chosen = tree.node("/chosen").orElseThrow();
        assertThat(chosen.property("linux,initrd-start").isPresent()).isEqualTo(initrd.isPresent());
        if (initrd.isPresent()) {
            Segment segment = of(image, SegmentRole.INITRD);
            long start = number(chosen.property("linux,initrd-start").orElseThrow());
            assertThat(segment.content()).isEqualTo(initrd.get());
            assertThat(start).isEqualTo(segment.range().start());
            assertThat(number(chosen.property("linux,initrd-end").orElseThrow()))
                    .isEqualTo(start + initrd.get().size());
        }
        for (String own : List.of("linux,kernel-end", "linux,htab-base", "linux,crashkernel-base")) {
            assertThat(chosen.property(own)).as(own).isEmpty();
        }
    }

    static Fdt read(Content blob) throws IOException {
        return Fdt.read(ByteBuffer.wrap(blob.copy(0, (int) blob.size())));
    }

    static Segment of(KexecImage image, SegmentRole role) {
        return image.segment(role).orElseThrow();
    }
}
