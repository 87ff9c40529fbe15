package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are an Image whose parts lie in the file and fit its memory, or are refused; alike in an EFI zboot image. */
class Arm64ImageFuzzTest {
    private static final Decompression LIMITS = new Decompression(1 << 20, 8 << 20);
    private static final Arm64Cpu CPU = Arm64Cpu.running(ByteOrder.LITTLE_ENDIAN, 4096);

    static Stream<byte[]> images() {
        byte[] code = new byte[0x40];
        return Stream.of(
                new Arm64Images().code(code).bytes(),
                new Arm64Images().code(code).certificates(new byte[8]).bytes(),
                Arm64Images.plain().code(code).set("image_size", 0).bytes());
    }

    static Stream<byte[]> zbootImages() throws IOException {
        byte[] kernel = new Arm64Images().code(new byte[0x40]).bytes();
        return Stream.of(
                Arm64Images.zboot("gzip", Compression.GZIP, kernel),
                Arm64Images.zboot("zstd22", Compression.ZSTD, kernel),
                Arm64Images.zboot("lz4", Compression.LZ4_LEGACY, kernel));
    }

    @MethodSource("images")
    @FuzzTest
    void anyImage(byte[] bytes) throws IOException {
        try {
            assertSound(Arm64Image.parse(Content.of(bytes)), bytes.length);
        } catch (MalformedInputException e) {
            assertThat(e).hasMessageStartingWith("arm64 Image: ");
        }
    }

    @MethodSource("zbootImages")
    @FuzzTest
    void anyZbootImage(byte[] bytes) throws IOException {
        try {
            EfiZboot zboot = EfiZboot.parse(Content.of(bytes));
            assertThat(zboot.payloadOffset() + zboot.payload().size()).isBetween(0x41L, (long) bytes.length);
            assertSound(zboot.kernel(LIMITS), LIMITS.outputLimit());
        } catch (MalformedInputException e) {
            assertThat(e).hasMessageContaining("EFI zboot image");
        }
    }

    @FuzzTest
    void fieldsAreReadAsTheyAreWritten(FuzzedDataProvider data) throws IOException {
        long offset = data.consumeLong(0, (2 << 20) - 1);
        long size = data.consumeLong(offset + 0x3000, (1L << 52) - 1);
        long flags = data.consumeLong();
        Arm64Image image = Arm64Image.parse(new Arm64Images()
                .set("text_offset", offset)
                .set("image_size", size)
                .set("flags", flags)
                .content());
        assertThat(image.header().loadOffset()).isEqualTo(offset);
        assertThat(image.header().memorySize()).isEqualTo(size);
        assertThat(image.header().flags()).isEqualTo(flags);
        assertThat(image.header().obstacles(CPU).isEmpty())
                .isEqualTo((flags & 1) == 0 && ((flags & 6) == 0 || (flags & 6) == 2));
    }

    private static void assertSound(Arm64Image image, long most) throws IOException {
        assertThat(image.code().size()).isBetween(64L, image.header().memorySize());
        assertThat(image.content().size()).isBetween(image.code().size(), most);
        assertThat(image.header().loadOffset()).isBetween(0L, (2L << 20) - 1);
        assertThat(image.versionString().orElse("")).doesNotContain("\n", "\0");
        assertThat(image).hasToString(Arm64Image.parse(image.content()).toString());
    }
}
