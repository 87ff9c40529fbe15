package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EfiZbootTest {
    private static MalformedInputException refusal(byte[] bytes) {
        MalformedInputException refusal =
                catchThrowableOfType(MalformedInputException.class, () -> KernelFile.parse(Content.of(bytes)));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    /** kexec-tools unpacks into a file below /tmp, u-root knows zstd only and hands the others to the kernel as they are. */
    @ParameterizedTest
    @CsvSource({
        "gzip, GZIP",
        "lz4, LZ4_LEGACY",
        "lz4, LZ4_FRAME",
        "lzma, LZMA",
        "lzo, LZO",
        "xzkern, XZ",
        "xz, XZ",
        "zstd22, ZSTD",
        "zstd, ZSTD",
        "bzip2, BZIP2"
    })
    void everyCompressionIsTakenOff(String name, Compression compression) throws IOException {
        byte[] kernel = Arm64Images.padded(new Arm64Images().bytes(), 0x10000);
        byte[] file = Arm64Images.zboot(name, compression, kernel);
        EfiZboot zboot = EfiZboot.parse(Content.of(file));
        assertThat(zboot.compressionName()).isEqualTo(name);
        assertThat(zboot.compression()).isEqualTo(compression);
        assertThat(zboot.payloadOffset()).isEqualTo(0x40);
        assertThat(zboot.payload().size()).isEqualTo(Streams.compress(compression, kernel).length);
        assertThat(zboot)
                .hasToString("EFI zboot image (%s), %d bytes of payload"
                        .formatted(name, zboot.payload().size()));
        assertThat(zboot.kernel(Decompression.DEFAULT).content()).isEqualTo(Content.of(kernel));
        assertThat(KernelFile.parse(Content.of(file)).content()).isEqualTo(Content.of(kernel));
    }

    /** Filled up to image_size, as the build of Linux does, a kernel would not match its signature. */
    @Test
    void aSignedKernelEndsWithItsCertificates() throws IOException {
        Arm64Images signed = new Arm64Images().certificates(new byte[] {7, 7, 7, 7});
        byte[] file = Arm64Images.zboot("gzip", Compression.GZIP, Arm64Images.padded(signed.bytes(), 0x10000));
        Arm64Image kernel = (Arm64Image) KernelFile.parse(Content.of(file));
        assertThat(kernel.content()).isEqualTo(signed.content());
        assertThat(kernel.code()).isEqualTo(signed.content().slice(0, 0x3000));
    }

    @ParameterizedTest
    @CsvSource({
        "8, 0x3f, 0x8, 'the payload must begin behind the header and within the file'",
        "8, 0x7fffffff, 0x8, 'the payload must begin behind the header and within the file'",
        "8, -1, 0x8, 'begins at 0xffffffff'",
        "12, 0, 0xc, 'the size of the payload must be above 0'",
        "12, -1, 0xc, 'is 0xffffffff at 0x40'",
        "24, 0x006f6f66, 0x18, 'the compression must be one of [bzip2, gzip, lz4, lzma, lzo, xz, xzkern, zstd, zstd22], is \"foo\"'",
        "24, 0, 0x18, 'is \"\"'",
        "24, 0x00ff0a41, 0x18, 'is \"A??\"'"
    })
    void hostileFields(int at, String value, String offset, String rule) throws IOException {
        byte[] file = Arm64Images.zboot("gzip", Compression.GZIP, new Arm64Images().bytes());
        byte[] word = Streams.word(Long.decode(value));
        System.arraycopy(word, 0, file, at, 4);
        MalformedInputException refusal = refusal(file);
        assertThat(refusal).hasMessageStartingWith("EFI zboot image: ").hasMessageContaining(rule);
        assertThat(refusal.offset()).isEqualTo(Long.decode(offset));
    }

    @Test
    void aNameWithoutEndIsRefused() throws IOException {
        byte[] file = Arm64Images.zboot("gzip", Compression.GZIP, new Arm64Images().bytes());
        Arrays.fill(file, 0x18, 0x38, (byte) 'x');
        assertThat(refusal(file)).hasMessageContaining("a string must end with a NUL byte (offset 0x18)");
    }

    @ParameterizedTest
    @CsvSource({"gzip, GZIP", "zstd, ZSTD", "xzkern, XZ", "lz4, LZ4_LEGACY"})
    void everyTruncationIsRefused(String name, Compression compression) throws IOException {
        byte[] file = Arm64Images.zboot(
                name, compression, new Arm64Images().code(new byte[0x100]).bytes());
        int end = file.length - 7;
        for (int length = 0; length < end; length++) {
            refusal(Arrays.copyOf(file, length));
        }
        assertThat(KernelFile.parse(Content.of(Arrays.copyOf(file, end)))).isInstanceOf(Arm64Image.class);
    }

    @Test
    void theSizeBehindThePayloadMustBeRight() throws IOException {
        byte[] kernel = new Arm64Images().bytes();
        byte[] payload = Streams.compress(Compression.ZSTD, kernel);
        byte[] header = Arm64Images.zbootHeader("zstd", 0x40, payload.length);
        assertThat(refusal(Streams.concat(header, payload, Streams.word(kernel.length + 1))))
                .hasMessageStartingWith("inside an EFI zboot image (zstd): EFI zboot image: the four bytes behind the"
                        + " payload must be the size of its output, 0x3000, are 0x3001");
        assertThat(refusal(Streams.concat(header, payload, new byte[3])))
                .hasMessageContaining("four bytes with the size of the output must follow the payload");
    }

    @Test
    void theSizeMayBeCountedToThePayload() throws IOException {
        byte[] kernel = new Arm64Images().bytes();
        byte[] payload = Streams.concat(Streams.compress(Compression.XZ, kernel), Streams.word(kernel.length));
        byte[] file = Streams.concat(Arm64Images.zbootHeader("xzkern", 0x40, payload.length), payload);
        assertThat(KernelFile.parse(Content.of(file)).content()).isEqualTo(Content.of(kernel));
    }

    /** The layout is the same for all, but their kernels are not started here. */
    @ParameterizedTest
    @CsvSource({"0x05435352, a RISC-V Image", "0x818223cd, a LoongArch Image"})
    void kernelsOfOtherArchitecturesAreNamed(String magic, String name) throws IOException {
        byte[] kernel = new Arm64Images().bytes();
        System.arraycopy(Streams.word(Long.decode(magic)), 0, kernel, 0x38, 4);
        assertThat(refusal(kernel)).hasMessageContaining("but this is " + name);
        assertThat(refusal(Arm64Images.zboot("gzip", Compression.GZIP, kernel)))
                .hasMessageStartingWith("inside an EFI zboot image (gzip): kernel: it must hold an arm64 Image, but")
                .hasMessageContaining("this is " + name);
    }

    @Test
    void aZbootImageHoldsNoOther() throws IOException {
        byte[] once = Arm64Images.zboot("gzip", Compression.GZIP, new Arm64Images().bytes());
        assertThat(refusal(Arm64Images.zboot("zstd", Compression.ZSTD, once)))
                .hasMessageContaining(
                        "it must hold an arm64 Image, but this is an EFI zboot image (compressed with gzip)");
    }

    @Test
    void limitsAreKept() throws IOException {
        byte[] file = Arm64Images.zboot("gzip", Compression.GZIP, new byte[100_000]);
        MalformedInputException refusal = catchThrowableOfType(
                MalformedInputException.class,
                () -> KernelFile.parse(Content.of(file), new Decompression(50_000, 1 << 20)));
        assertThat(refusal)
                .hasMessageStartingWith("inside an EFI zboot image (gzip): gzip stream: ")
                .hasMessageContaining("must not exceed the limit of 50000 bytes");
    }

    @Test
    void whatIsNoneIsNamed() {
        MalformedInputException refusal =
                catchThrowableOfType(MalformedInputException.class, () -> EfiZboot.parse(new Arm64Images().content()));
        assertThat(refusal).hasMessageContaining("but this is an arm64 Image");
    }
}
