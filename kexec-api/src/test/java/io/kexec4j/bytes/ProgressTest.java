package io.kexec4j.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.kernel.Decompression;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
    private static final Path KERNEL =
            Path.of("../examples/quickstart/src/main/resources/io/kexec4j/examples/quickstart/tiny-x86_64.bzImage");
    private static final int MIB = 1 << 20;

    private record Heard(Progress.Task task, long done, long total) {}

    private final List<Heard> heard = Collections.synchronizedList(new ArrayList<>());
    private final Progress progress = (task, done, total) -> heard.add(new Heard(task, done, total));

    @Test
    void everyByteOfADigestIsToldOnce() throws IOException {
        Content large = Content.zeroes(21 * MIB);
        Content other = Content.of(new byte[9 * MIB + 5]);
        Content known = Content.zeroes(MIB);
        known.sha256();
        Digests.of(List.of(large, known, other, Content.EMPTY), progress);
        long total = 30L * MIB + 5;
        assertThat(heard).hasSizeGreaterThan(5).allSatisfy(at -> {
            assertThat(at.task).isEqualTo(Progress.Task.DIGEST);
            assertThat(at.total).isEqualTo(total);
            assertThat(at.done).isBetween(1L, total);
        });
        assertThat(heard).extracting(Heard::done).contains(total).doesNotHaveDuplicates();
        heard.clear();
        Digests.of(List.of(large, known, other), progress);
        assertThat(heard).isEmpty();
    }

    @Test
    void anImageIsTheSameWhoeverListens() throws IOException {
        Target machine = Target.builder(
                        Architecture.X86_64,
                        new MemoryMap(
                                List.of(new MemoryRegion(new PhysicalRange(0x100000, 0x2000_0000), RegionType.RAM))))
                .build();
        KexecImageBuilder builder = KexecImageBuilder.forTarget(machine)
                .kernel(KERNEL)
                .initrd(Content.zeroes(8 * MIB))
                .random(bytes -> {})
                .progress(progress);
        assertThat(builder.build()).isEqualTo(builder.progress(Progress.NONE).build());
        Heard last = Collections.max(heard, (a, b) -> Long.compare(a.done, b.done));
        assertThat(last.done).isEqualTo(last.total).isGreaterThan(8 * MIB);
    }

    @Test
    void decompressionTellsHowMuchItHasRead() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (GZIPOutputStream encoder = new GZIPOutputStream(stream)) {
            encoder.write(Files.readAllBytes(KERNEL));
        }
        KernelFile.parse(Content.of(stream.toByteArray()), Decompression.DEFAULT, progress);
        assertThat(heard).contains(new Heard(Progress.Task.DECOMPRESS, 0, stream.size()));
        assertThat(heard).allMatch(at -> at.task == Progress.Task.DECOMPRESS && at.done <= at.total);
    }

    @Test
    void decompressionTellsEvery4MiB() throws IOException {
        byte[] noise = new byte[10 * MIB];
        new Random(3).nextBytes(noise);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (GZIPOutputStream encoder = new GZIPOutputStream(stream)) {
            encoder.write(noise);
        }
        assertThatThrownBy(() -> KernelFile.parse(Content.of(stream.toByteArray()), Decompression.DEFAULT, progress))
                .isInstanceOf(IOException.class);
        assertThat(heard).extracting(Heard::done).containsExactly(0L, 4L * MIB, 8L * MIB);
    }

    @Test
    void whatAListenerThrowsIsThrownAsItIs() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (GZIPOutputStream encoder = new GZIPOutputStream(stream)) {
            encoder.write(Files.readAllBytes(KERNEL));
        }
        for (RuntimeException thrown : List.of(
                new IllegalStateException("cancelled"),
                new UncheckedIOException(new IOException("no terminal")),
                new CancellationException())) {
            Progress failing = (task, done, total) -> {
                throw thrown;
            };
            assertThatThrownBy(() -> KernelFile.parse(Content.of(stream.toByteArray()), Decompression.DEFAULT, failing))
                    .isSameAs(thrown);
            List<Content> large = List.of(Content.zeroes(21 * MIB), Content.zeroes(22 * MIB), Content.zeroes(23 * MIB));
            assertThatThrownBy(() -> Digests.of(large, failing)).isSameAs(thrown);
        }
        Progress broken = (task, done, total) -> {
            throw new NoClassDefFoundError("of the listener");
        };
        assertThatThrownBy(() -> KernelFile.parse(Content.of(stream.toByteArray()), Decompression.DEFAULT, broken))
                .isInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void aFileThatIsReplacedWhileItIsOpenedIsNotMapped(@TempDir Path folder) throws IOException {
        Path path = Files.writeString(folder.resolve("kernel"), "KERNEL");
        Path other = Files.writeString(folder.resolve("other"), "kernel");
        assertThatThrownBy(() -> MappedFile.open(path, file -> {
                    Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
                    return new RandomAccessFile(file, "r");
                }))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("while it is opened");
        assertThat(MappedFile.open(path).size()).isEqualTo(6);
    }
}
