package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel within a bzImage. */
class VmlinuxTest {
    static Stream<Compression> formats() {
        return Streams.FORMATS.stream();
    }

    private static byte[] elf() {
        return ElfImages.x8664()
                .load(0xffffffff81000000L, 0x1000000, Streams.sample(5000, 1), 0x100000)
                .entry(0x1000000)
                .bytes();
    }

    private static BzImage bzImage(byte[] payload) throws IOException {
        return BzImage.parse(new BzImageBuilder()
                .code(new byte[0x4000])
                .payload(0x2cc, payload)
                .content());
    }

    private static byte[] packed(Compression format, byte[] bytes, long size) throws IOException {
        byte[] stream = Streams.compress(format, bytes);
        return format == Compression.GZIP ? stream : Streams.concat(stream, Streams.word(size));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void isTakenOut(Compression format) throws IOException {
        byte[] elf = elf();
        ElfKernel kernel = bzImage(packed(format, elf, elf.length)).vmlinux(Decompression.DEFAULT);
        assertThat(kernel.content()).isEqualTo(Content.of(elf));
        assertThat(kernel.entry()).isEqualTo(0x1000000);
    }

    @Test
    void isTakenOutUncompressed() throws IOException {
        byte[] elf = elf();
        assertThat(bzImage(elf).vmlinux(Decompression.DEFAULT).content()).isEqualTo(Content.of(elf));
    }

    /** Of gzip, the size is its own trailer. */
    static Stream<Compression> formatsWithSizeBehind() {
        return formats().filter(format -> format != Compression.GZIP);
    }

    @ParameterizedTest
    @MethodSource("formatsWithSizeBehind")
    void theSizeBehindThePayloadMustBeThatOfTheKernel(Compression format) throws IOException {
        byte[] elf = elf();
        byte[] payload = packed(format, elf, elf.length - 1);
        MalformedInputException refusal = catchThrowableOfType(
                MalformedInputException.class, () -> bzImage(payload).vmlinux(Decompression.DEFAULT));
        assertThat(refusal).hasMessageContaining("must be the size of its output, 0x%x".formatted(elf.length));
        assertThat(refusal.offset()).isEqualTo(0xa00 + 0x2cc + payload.length - 4);
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        byte[] elf = elf();
        byte[] damaged = Streams.compress(Compression.GZIP, elf);
        damaged[damaged.length - 6] ^= 1;
        assertThatThrownBy(() -> bzImage(damaged).vmlinux(Decompression.DEFAULT))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageStartingWith("inside the payload of a bzImage: gzip stream: ");
        assertThatThrownBy(() -> bzImage(Streams.compress(Compression.GZIP, new byte[100]))
                        .vmlinux(Decompression.DEFAULT))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageStartingWith("inside the payload of a bzImage: ELF kernel: ");
        assertThatThrownBy(() ->
                        bzImage(packed(Compression.XZ, elf, elf.length)).vmlinux(new Decompression(4096, 1 << 20)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("must not exceed the limit of 4096 bytes");
        assertThatThrownBy(() -> bzImage(new byte[] {1, 2, 3, 4, 5}).vmlinux(Decompression.DEFAULT))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("known compression");
        assertThatThrownBy(
                        () -> BzImage.parse(new BzImageBuilder().version(0x207).content())
                                .vmlinux(Decompression.DEFAULT))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("boot protocol 2.07");
    }

    private static Path debian(String series) {
        Path cache = Optional.ofNullable(System.getenv("KEXEC4J_CACHE"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "kexec4j"));
        Path kernel = cache.resolve(Path.of("kernels", "x86_64", series, "vmlinuz"));
        assumeTrue(Files.exists(kernel), "there is no kernel " + series + " (run: sudo examples/boot-matrix/setup)");
        return kernel;
    }

    @ParameterizedTest
    @CsvSource({"6.1, LZ4_LEGACY", "6.12, ZSTD"})
    void isTakenOutOfKernelsOfDebian(String series, Compression format) throws IOException {
        BzImage image = BzImage.parse(Content.ofFile(debian(series)));
        assertThat(image.payload().map(Payload::compression)).contains(format);
        ElfKernel kernel = image.vmlinux(Decompression.DEFAULT);
        assertThat(kernel.content().size())
                .isEqualTo(image.payload().orElseThrow().uncompressedSize().orElseThrow());
        assertThat(kernel.machine()).isEqualTo(62);
        assertThat(kernel.segments()).hasSizeBetween(4, 5);
        assertThat(kernel.notes()).extracting(ElfKernel.Note::name).contains("GNU", "Xen");
        assertThat(kernel.note("Xen", 18)).as("the entry for PVH").isPresent();
        PhysicalRange first = kernel.segments().get(0).range();
        assertThat(first.contains(kernel.entry())).isTrue();
        assertThat(first.start()).isEqualTo(image.header().prefAddress());
        long needed = kernel.segments().stream()
                .mapToLong(segment -> segment.range().end())
                .max()
                .orElseThrow();
        assertThat(needed - first.start()).isLessThanOrEqualTo(image.header().initSize());
    }

    /** Against binutils. */
    @ParameterizedTest
    @CsvSource({"6.1", "6.12"})
    void readelfSeesTheSameSegments(String series, @TempDir Path directory) throws Exception {
        assumeTrue(Tools.isPresent("readelf"), "there is no readelf: apt-get install binutils");
        ElfKernel kernel = BzImage.parse(Content.ofFile(debian(series))).vmlinux(Decompression.DEFAULT);
        Path file = directory.resolve("vmlinux");
        Files.write(file, kernel.content().copy(0, (int) kernel.content().size()));
        String expected = kernel.segments().stream()
                .map(segment -> "0x%x+0x%x"
                        .formatted(segment.range().start(), segment.range().size()))
                .reduce("", (a, b) -> a + b + "\n");
        StringBuilder seen = new StringBuilder();
        for (String line : Tools.run("readelf", "-lW", file).split("\n", -1)) {
            String[] words = line.trim().split(" +", -1);
            if (words[0].equals("LOAD")) {
                seen.append("0x%x+0x%x%n".formatted(Long.decode(words[3]), Long.decode(words[5])));
            }
        }
        assertThat(seen).hasToString(expected);
    }
}
