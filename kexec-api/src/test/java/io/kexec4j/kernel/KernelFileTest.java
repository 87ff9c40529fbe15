package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Any file, to the kernel in it. */
class KernelFileTest {
    static Stream<Compression> formats() {
        return Streams.FORMATS.stream();
    }

    private static byte[] elf() {
        return ElfImages.x8664().load(0, 0x100000, new byte[5000], 0x2000).bytes();
    }

    private static MalformedInputException refusal(byte[] bytes) {
        MalformedInputException refusal =
                catchThrowableOfType(MalformedInputException.class, () -> KernelFile.parse(Content.of(bytes)));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void compressionIsTakenOff(Compression format) throws IOException {
        ElfKernel kernel = (ElfKernel) KernelFile.parse(Content.of(Streams.compress(format, elf())));
        assertThat(kernel.content()).isEqualTo(Content.of(elf()));
        byte[] bzImage = new BzImageBuilder().versionString("6.12").bytes();
        assertThat(KernelFile.parse(Content.of(Streams.compress(format, bzImage))))
                .isInstanceOf(BzImage.class)
                .hasToString("bzImage 6.12, 8192 bytes");
        byte[] multiboot = MultibootImages.elf(MultibootImages.header1(0));
        assertThat(KernelFile.parse(Content.of(Streams.compress(format, multiboot))))
                .isInstanceOf(MultibootKernel.class);
        byte[] uki = new UkiImages().section(".linux", bzImage).bytes();
        assertThat(KernelFile.parse(Content.of(Streams.compress(format, uki)))).isInstanceOf(Uki.class);
    }

    @Test
    void compressionIsTakenOffTwiceAndNoMore() throws IOException {
        byte[] once = Streams.compress(Compression.XZ, elf());
        byte[] twice = Streams.compress(Compression.GZIP, once);
        assertThat(KernelFile.parse(Content.of(twice))).isInstanceOf(ElfKernel.class);
        assertThat(refusal(Streams.compress(Compression.ZSTD, twice)))
                .hasMessageStartingWith(
                        "inside a compressed stream (zstd): inside a compressed stream (gzip): kernel: ")
                .hasMessageContaining("compressed at most twice, but this is a compressed stream (xz) once more");
    }

    @Test
    void errorsSayWhatTheyAreInside() throws IOException {
        byte[] broken = new BzImageBuilder().set("boot_flag", 0).bytes();
        MalformedInputException refusal = refusal(Streams.compress(Compression.GZIP, broken));
        assertThat(refusal)
                .hasMessageStartingWith("inside a compressed stream (gzip): bzImage: boot_flag must be 0xaa55")
                .hasMessageEndingWith("(offset 0x1fe)");
        assertThat(refusal.format()).isEqualTo("bzImage");
        assertThat(refusal.offset()).isEqualTo(0x1fe);
        byte[] initrd = Streams.compress(Compression.GZIP, "0707010000".getBytes(StandardCharsets.US_ASCII));
        assertThat(refusal(initrd)).hasMessageContaining("this is a cpio archive: an initramfs, not a kernel");
    }

    /** kexec-tools loads what there is of a gzip stream that ends too early: a kernel of 2 MB instead of 10. */
    @ParameterizedTest
    @MethodSource("formats")
    void aStreamThatEndsTooEarlyIsNoShorterKernel(Compression format) throws IOException {
        byte[] stream = Streams.compress(format, Streams.concat(elf(), Streams.sample(100_000, 1)));
        byte[] cut = Arrays.copyOf(stream, stream.length * 3 / 4);
        assertThat(refusal(cut)).hasMessageStartingWith(format.label() + " stream: ");
    }

    @Test
    void whatIsNoKernelIsNamed() {
        assertThat(refusal("#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII)))
                .hasMessage(
                        "kernel: a kernel must be a bzImage, an arm64 Image, an ELF file, a multiboot kernel, an EFI zboot image"
                                + " or a UKI, but this is a script that begins with \"#!/bin/sh\" (offset 0x0)");
        assertThat(refusal(new byte[512])).hasMessageContaining("but this is a file of 512 zero bytes");
        assertThat(refusal(new byte[0])).hasMessageContaining("but this is an empty file");
        assertThat(refusal(new BzImageBuilder().set("loadflags", 0).bytes())).hasMessageContaining("an old zImage");
    }

    @Test
    void limitsAreKept() throws IOException {
        Content stream = Content.of(Streams.compress(Compression.GZIP, elf()));
        assertThatThrownBy(() -> KernelFile.parse(stream, new Decompression(1000, 1 << 20)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("must not exceed the limit of 1000 bytes");
    }
}
