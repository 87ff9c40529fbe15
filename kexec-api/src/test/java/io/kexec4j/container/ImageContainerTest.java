package io.kexec4j.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageContainerTest {
    private static final long GIB = 1 << 30;

    @TempDir
    Path directory;

    static byte[] bytes(KexecImage image) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageContainer.write(image, Channels.newChannel(out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        for (int seed = 0; seed < 500; seed++) {
            KexecImage image = SampleImages.random(seed);
            Content container = Content.of(bytes(image));

            assertThat(ImageContainer.isContainer(container)).isTrue();
            assertThat(ImageContainer.read(container)).as("seed %d", seed).isEqualTo(image);
            assertThat(ImageContainer.readUnverified(container)).isEqualTo(image);
        }
    }

    /** Two have one number as ELF files, and differ in their byte order. */
    @ParameterizedTest
    @EnumSource
    void imagesOfEveryArchitectureAreReadAsThemselves(Architecture architecture) throws IOException {
        KexecImage small = SampleImages.small();
        KexecImage image = new KexecImage(
                architecture,
                architecture.defaultPageSize(),
                0x10_0200,
                List.of(SampleImages.segment(
                        SegmentRole.KERNEL, 0x10_0000, 0x20_0000, SampleImages.bytes(1, 0x1234), "as low as possible")),
                small.flags(),
                small.remarks());

        byte[] container = bytes(image);

        assertThat(ImageContainer.read(Content.of(container))).isEqualTo(image);
        assertThat(ElfFile.parse(ByteBuffer.wrap(container)).header().machine()).isEqualTo(architecture.elfMachine());
        assertThat(bytes(ImageContainer.read(Content.of(container)))).isEqualTo(container);
    }

    @Test
    void theSameImageGivesTheSameBytes() throws IOException {
        byte[] once = bytes(SampleImages.small());

        assertThat(bytes(SampleImages.small())).isEqualTo(once);
        assertThat(bytes(ImageContainer.read(Content.of(once)))).isEqualTo(once);
    }

    @Test
    void segmentsCanBeMapped() throws IOException {
        for (int seed = 0; seed < 100; seed++) {
            KexecImage image = SampleImages.random(seed);
            for (ProgramHeader header :
                    ElfFile.parse(ByteBuffer.wrap(bytes(image))).programHeaders()) {
                assertThat(header.type() == ProgramHeader.PT_LOAD ? header.offset() % image.pageSize() : 0)
                        .as("seed %d", seed)
                        .isZero();
            }
        }
    }

    @Test
    void filesAreReadWithoutCopies() throws IOException {
        Path file = directory.resolve("image");
        ImageContainer.write(SampleImages.small(), file);

        KexecImage image = ImageContainer.read(Content.ofFile(file));

        assertThat(image).isEqualTo(SampleImages.small());
        assertThat(file).hasBinaryContent(bytes(SampleImages.small()));
        ByteBuffer kernel = image.segments().get(0).content().slices().get(0);
        assertThat(kernel.isDirect()).isTrue();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {77}), 0x1000);
        }
        assertThat(kernel.get(0)).isEqualTo((byte) 77);
    }

    @Test
    void mappedContentIsWritten() throws IOException {
        Path source = directory.resolve("source");
        Files.write(source, SampleImages.bytes(7, 0x23456));
        KexecImage image = withKernel(Content.ofFile(source).slice(0x456, 0x20000));
        Path file = directory.resolve("image");

        ImageContainer.write(image, file);

        assertThat(ImageContainer.read(Content.ofFile(file))).isEqualTo(image);
    }

    /** It might be the file that the image refers to. */
    @Test
    void filesAreNotOverwritten() throws IOException {
        Path file = directory.resolve("image");
        ImageContainer.write(SampleImages.small(), file);
        KexecImage image = ImageContainer.read(Content.ofFile(file));

        assertThatThrownBy(() -> ImageContainer.write(image, file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasBinaryContent(bytes(SampleImages.small()));
    }

    @Test
    void aFileThatHasShrunkIsNoticedAndNothingIsLeft() throws IOException {
        Path source = directory.resolve("source");
        Files.write(source, new byte[0x23456]);
        Content content = Content.ofFile(source);
        content.sha256();
        KexecImage image = withKernel(content);
        try (FileChannel channel = FileChannel.open(source, StandardOpenOption.WRITE)) {
            channel.truncate(0x1000);
        }
        Path file = directory.resolve("image");

        assertThatThrownBy(() -> ImageContainer.write(image, file))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("source");
        assertThat(file).doesNotExist();
    }

    @Test
    void directoriesAreNotCreated() {
        Path file = directory.resolve("missing").resolve("image");

        assertThatThrownBy(() -> ImageContainer.write(SampleImages.small(), file))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aChannelMayTakeFewBytesAtATime() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageContainer.write(SampleImages.small(), new WritableByteChannel() {
            @Override
            public int write(ByteBuffer from) {
                int count = Math.min(from.remaining(), 1 + out.size() % 7);
                for (int i = 0; i < count; i++) {
                    out.write(from.get());
                }
                return count;
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void close() {
                throw new AssertionError("the channel is not ours");
            }
        });
        assertThat(out.toByteArray()).isEqualTo(bytes(SampleImages.small()));
    }

    /** A sparse file, so that it costs nothing. */
    @Test
    void contentMayBeLargerThanABuffer() throws IOException {
        byte[] bytes = bytes(withKernel(Content.of(new byte[] {1})));
        Path file = directory.resolve("large");
        Files.write(file, bytes);
        int programHeader = 64 + 56;
        ByteBuffer sizes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
            large.setLength(0x1000 + 5 * GIB);
            sizes.putLong(0, 5 * GIB).putLong(8, 6 * GIB);
            large.getChannel().write(sizes, programHeader + 32);
            large.seek(0x1000 + 5 * GIB - 1);
            large.write(42);
        }

        Segment kernel = ImageContainer.readUnverified(Content.ofFile(file))
                .segment(SegmentRole.KERNEL)
                .orElseThrow();

        assertThat(kernel.content().size()).isEqualTo(5 * GIB);
        assertThat(kernel.range().size()).isEqualTo(6 * GIB);
        assertThat(kernel.content().copy(5 * GIB - 1, 1)).containsExactly(42);
    }

    @Test
    void anOddPageSizeDoesNotMakeTheFileLarge() throws IOException {
        KexecImage image = new KexecImage(
                SampleImages.small().architecture(),
                1L << 40,
                0,
                List.of(SampleImages.segment(SegmentRole.KERNEL, 0, 1L << 40, new byte[] {1}, "")),
                Set.of(),
                List.of());

        byte[] bytes = bytes(image);

        assertThat(bytes).hasSizeLessThan(0x20000);
        assertThat(ImageContainer.read(Content.of(bytes))).isEqualTo(image);
    }

    @Test
    void textsMustBeUnicodeAndNotTooLong() {
        KexecImage image = SampleImages.small();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> write(withRemark(image, "half \uD83D pair")))
                .withMessageContaining("surrogate");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> write(withRemark(image, "x".repeat(1 << 20))))
                .withMessageContaining("too long");
        assertThat(bytes(withRemark(image, "x".repeat((1 << 20) - 4096)))).hasSizeGreaterThan(1 << 20);
    }

    @Test
    void otherFilesAreNoContainers() throws IOException {
        for (String other : List.of("", "\u007fELF", "#!/bin/sh\n", "x".repeat(5000))) {
            Content content = Content.of(other.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(ImageContainer.isContainer(content)).isFalse();
            assertThatThrownBy(() -> ImageContainer.read(content)).isInstanceOf(MalformedInputException.class);
        }
        Path self = Path.of("/proc/self/exe");
        if (Files.isReadable(self)) {
            assertThat(ImageContainer.isContainer(Content.ofFile(self.toRealPath())))
                    .isFalse();
        }
    }

    private static void write(KexecImage image) throws IOException {
        ImageContainer.write(image, Channels.newChannel(new ByteArrayOutputStream()));
    }

    private static KexecImage withRemark(KexecImage image, String remark) {
        return new KexecImage(
                image.architecture(),
                image.pageSize(),
                image.entry(),
                image.segments(),
                image.flags(),
                List.of(remark));
    }

    private static KexecImage withKernel(Content content) {
        return SampleImages.small()
                .withSegments(List.of(
                        new Segment(SegmentRole.KERNEL, new PhysicalRange(0x10_0000, 0x20_0000), content, "mapped")));
    }
}
