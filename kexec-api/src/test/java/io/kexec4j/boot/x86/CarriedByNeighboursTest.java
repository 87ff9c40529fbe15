package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.GIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.purgatory.MismatchAction;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kexec_load takes 16 segments, and the content of each as one stretch of memory; an image has what it has. */
class CarriedByNeighboursTest {
    @TempDir
    private Path directory;

    private static List<Segment> of(SegmentRole role, KexecImage image) {
        return image.segments().stream()
                .filter(segment -> segment.role() == role)
                .toList();
    }

    private static ElfFiles program(int loads, long distance) {
        ElfFiles file = ElfFiles.of(true);
        for (int i = 0; i < loads; i++) {
            file.load(0x100_0000 + i * distance, "part " + (char) ('a' + i), 0x1000);
        }
        return file;
    }

    @Test
    void anElfProgramMayHaveMorePartsThanAnImageHasSegments() throws IOException {
        KexecImage image = KexecImageBuilder.forTarget(Machines.pc(GIB))
                .kernel(program(20, 0x1000).kernel())
                .build();

        assertThat(image.segments()).hasSize(KexecImage.MAX_SEGMENTS);
        StringBuilder memory = new StringBuilder();
        for (Segment segment : of(SegmentRole.KERNEL, image)) {
            assertThat(segment.range().start()).isEqualTo(0x100_0000 + memory.length());
            byte[] content = segment.content().copy(0, (int) segment.content().size());
            memory.append(new String(content, StandardCharsets.US_ASCII))
                    .append("\0".repeat((int) segment.range().size() - content.length));
        }
        assertThat(memory).hasSize(20 * 0x1000);
        for (int i = 0; i < 20; i++) {
            assertThat(memory.substring(i * 0x1000, i * 0x1000 + 8)).isEqualTo("part " + (char) ('a' + i) + "\0\0");
        }
    }

    @Test
    void partsThatDoNotTouchCannotBeMerged() {
        assertThatThrownBy(() -> KexecImageBuilder.forTarget(Machines.pc(GIB))
                        .kernel(program(20, 0x2000).kernel())
                        .build())
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("20 of them of the ELF file");
    }

    @Test
    void anInitrdOver2GibIsCarriedByTwoSegments() throws IOException {
        long size = (2L << 30) + 12345;
        Path file = directory.resolve("initrd");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(size);
        }
        KexecImage image = KexecImageBuilder.forTarget(Machines.pcAbove4G(16 * GIB))
                .kernel(TinyKernel.read().kernel())
                .initrd(file)
                .verification(new Verification(false, MismatchAction.RESET, Optional.empty()))
                .build();

        List<Segment> initrd = of(SegmentRole.INITRD, image);
        assertThat(initrd)
                .hasSize(2)
                .allSatisfy(part -> assertThat(part.content().slices()).hasSize(1));
        assertThat(initrd.get(0).range().end()).isEqualTo(initrd.get(1).range().start());
        assertThat(initrd.stream().mapToLong(part -> part.content().size()).sum())
                .isEqualTo(size);
        BootParams params = BootParams.parse(
                image.segment(SegmentRole.BOOT_PARAMS).orElseThrow().content().slice(0, BootParams.SIZE));
        assertThat(params.get(BootParamsField.RAMDISK_SIZE)).isEqualTo(size);
        assertThat(Content.concat(initrd.stream().map(Segment::content).toList())
                        .size())
                .isEqualTo(size);
    }
}
