package io.kexec4j.boot.arm64;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtNode;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What must be true of every image for arm64, whatever it is made of: booting.rst, read once more. Shares nothing with the code
 * that makes it. Addresses stay below 2^63.
 */
record Arm64ImageRules(
        Target target, long textOffset, long imageSize, boolean old, Optional<Content> initrd, PhysicalRange window) {
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;

    void assertKeptBy(KexecImage image) throws IOException {
        assertThat(image.segments()).hasSizeBetween(3, KexecImage.MAX_SEGMENTS);
        assertPlaces(image);
        long kernel = of(image, SegmentRole.KERNEL).range().start();
        assertThat(kernel % (2 * MIB)).isEqualTo(textOffset);
        PhysicalRange memory = new PhysicalRange(kernel - textOffset, kernel + imageSize);
        assertThat(isRam(target.memoryMap(), memory)).isTrue();
        for (Segment segment : image.segments()) {
            if (segment.role() == SegmentRole.KERNEL) {
                assertThat(memory.contains(new PhysicalRange(
                                segment.range().start(),
                                segment.range().start() + segment.content().size())))
                        .isTrue();
            } else {
                assertThat(segment.range().start()).isGreaterThanOrEqualTo(memory.end());
            }
        }
        assertDeviceTree(image, kernel);
    }

    private void assertPlaces(KexecImage image) {
        long below = 0;
        for (Segment segment : image.segments()) {
            PhysicalRange range = segment.range();
            assertThat(range.start()).isGreaterThanOrEqualTo(below);
            below = range.end();
            assertThat((range.start() | range.end()) % target.pageSize()).isZero();
            assertThat(window.contains(range)).isTrue();
            assertThat(isRam(target.memoryMap(), range)).isTrue();
        }
        assertThat(of(image, SegmentRole.PURGATORY).range().contains(image.entry()))
                .isTrue();
    }

    private void assertDeviceTree(KexecImage image, long kernel) throws IOException {
        Segment segment = of(image, SegmentRole.DEVICE_TREE);
        long size = segment.content().size();
        assertThat(size).isLessThanOrEqualTo(2 * MIB);
        long start = segment.range().start();
        assertThat(start / (2 * MIB)).isEqualTo((start + size - 1) / (2 * MIB));
        if (old) {
            assertThat(start + size).isLessThanOrEqualTo(kernel - textOffset + 512 * MIB);
        }
        Fdt tree = Fdt.read(ByteBuffer.wrap(segment.content().copy(0, (int) size)));
        FdtNode chosen = tree.node("/chosen").orElseThrow();
        assertThat(chosen.property("linux,initrd-start").isPresent()).isEqualTo(initrd.isPresent());
        if (initrd.isPresent()) {
            long first = chosen.property("linux,initrd-start").orElseThrow().asU64();
            long end = chosen.property("linux,initrd-end").orElseThrow().asU64();
            Segment content = of(image, SegmentRole.INITRD);
            assertThat(content.content()).isEqualTo(initrd.get());
            assertThat(first).isEqualTo(content.range().start());
            assertThat(end - first).isEqualTo(initrd.get().size());
            assertThat(end).isLessThanOrEqualTo(kernel / GIB * GIB + 32 * GIB);
        }
    }

    private static Segment of(KexecImage image, SegmentRole role) {
        List<Segment> found = image.segments().stream()
                .filter(segment -> segment.role() == role)
                .toList();
        assertThat(found).isNotEmpty();
        return found.get(0);
    }

    /** Whether RAM covers a range without a gap; several regions may do so together. */
    private static boolean isRam(MemoryMap map, PhysicalRange range) {
        long covered = range.start();
        for (PhysicalRange ram : map.ram()) {
            if (ram.contains(covered)) {
                covered = ram.end();
            }
        }
        return covered >= range.end();
    }
}
