package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Arm64ImageTest {
    private static MalformedInputException refusal(byte[] bytes) {
        MalformedInputException refusal =
                catchThrowableOfType(MalformedInputException.class, () -> Arm64Image.parse(Content.of(bytes)));
        assertThat(refusal).isNotNull();
        return refusal;
    }

    @Test
    void everyFieldIsReadAsItWasWritten() throws IOException {
        Arm64Images made = new Arm64Images()
                .set("text_offset", 0x8000)
                .set("flags", 0xffff_ffff_ffff_fffcL)
                .set("res2", 0x1122334455667788L)
                .set("res3", -2)
                .set("res4", 3);
        Arm64Image image = Arm64Image.parse(made.content());
        assertThat(image.header())
                .isEqualTo(new Arm64Header(
                        0xfa405a4dL, 0x14000400, 0x8000, 0x10000, -4, 0x1122334455667788L, -2, 3, 0x40));
        assertThat(image.header().loadOffset()).isEqualTo(0x8000);
        assertThat(image.header().memorySize()).isEqualTo(0x10000);
        assertThat(image.header().pageSize()).hasValue(0x4000);
        assertThat(image.content()).isEqualTo(made.content());
        assertThat(image.code()).isSameAs(image.code()).isEqualTo(made.content());
        assertThat(image.isSigned()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0x0, LITTLE_ENDIAN, 0, false, FROM_3_17",
        "0x1, BIG_ENDIAN, 0, false, FROM_3_17",
        "0x2, LITTLE_ENDIAN, 4096, false, FROM_3_17",
        "0x4, LITTLE_ENDIAN, 16384, false, FROM_3_17",
        "0x6, LITTLE_ENDIAN, 65536, false, FROM_3_17",
        "0xa, LITTLE_ENDIAN, 4096, true, FROM_4_6",
        "0xf, BIG_ENDIAN, 65536, true, FROM_4_6"
    })
    void flags(String flags, String order, long pageSize, boolean anywhere, Arm64Header.Generation generation)
            throws IOException {
        Arm64Image image = Arm64Image.parse(
                new Arm64Images().set("flags", Long.decode(flags)).content());
        assertThat(image.header().byteOrder()).hasToString(order);
        assertThat(image.header().pageSize())
                .isEqualTo(pageSize == 0 ? OptionalLong.empty() : OptionalLong.of(pageSize));
        assertThat(image.header().mayLieAnywhere()).isEqualTo(anywhere);
        assertThat(image.header().generation()).isEqualTo(generation);
    }

    @Test
    void kernelsBefore317() throws IOException {
        Arm64Images made = Arm64Images.plain().set("image_size", 0).set("flags", 0);
        for (long offset : new long[] {0x80000, 0x0000_0800_0000_0000L, -1}) {
            Arm64Image image = Arm64Image.parse(made.set("text_offset", offset).content());
            assertThat(image.header().loadOffset()).isEqualTo(0x80000);
            assertThat(image.header().memorySize()).isEqualTo(16 << 20);
            assertThat(image.header().generation()).isEqualTo(Arm64Header.Generation.BEFORE_3_17);
            assertThat(image.header().byteOrder())
                    .isEqualTo(offset == 0x0000_0800_0000_0000L ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        }
        made.code(new byte[(16 << 20) - 0x1000]);
        assertThat(Arm64Image.parse(made.content()).code().size()).isEqualTo(16 << 20);
        made.code(new byte[(16 << 20) - 0xfff]);
        assertThat(refusal(made.bytes()))
                .hasMessageContaining("must not have more than 0x1000000 bytes, has 0x1000001");
    }

    @ParameterizedTest
    @CsvSource({
        "image_size, 0x2fff, 0x10, 'image_size must not be below the size of the file, 0x3000, is 0x2fff'",
        "image_size, 1, 0x10, 'image_size must not be below the size of the file, 0x3000, is 0x1'",
        "image_size, 0x10000000000000, 0x10, 'image_size must be below 2^52, is 0x10000000000000'",
        "image_size, -1, 0x10, 'image_size must be below 2^52, is 0xffffffffffffffff'",
        "text_offset, 0x10000, 0x8, 'text_offset must be below image_size 0x10000, is 0x10000'",
        "text_offset, 0x200000, 0x8, 'text_offset must be below 2 MiB, is 0x200000'",
        "text_offset, -1, 0x8, 'text_offset must be below 2 MiB, is 0xffffffffffffffff'",
        "code1, 0, 0x0, 'code0 or code1 must be a branch, are 0xfa405a4d and 0x00000000'",
        "code1, 0x94000400, 0x0, 'must be a branch'",
        "code1, 0x54000400, 0x0, 'must be a branch'",
        "code1, 0x1400000e, 0x0, 'must branch to code behind the header and below 0x3000, not to 0x3c'",
        "code1, 0x17ffffff, 0x0, 'must branch to code behind the header and below 0x3000, not to 0x0'",
        "code1, 0x14000bff, 0x0, 'must branch to code behind the header and below 0x3000, not to 0x3000'",
        "code1, 0x16000000, 0x0, 'not to 0xfffffffff8000004'",
        "magic, 0x644d5240, 0x38, 'an arm64 Image has \"ARM\\x64\" here, but this is an EFI or Windows program'",
        "pe_offset, 0, 0x0, 'there must be \"PE\" and two NULs here'",
        "pe_offset, 0xffffffff, 0x3c, 'e_lfanew must leave 24 bytes of the file, which has 0x3000 bytes, is 0xffffffff'"
    })
    void hostileFields(String field, String value, String offset, String rule) {
        MalformedInputException refusal =
                refusal(new Arm64Images().set(field, Long.decode(value)).bytes());
        assertThat(refusal).hasMessageStartingWith("arm64 Image: ").hasMessageContaining(rule);
        assertThat(refusal.offset()).isEqualTo(Long.decode(offset));
        assertThat(refusal.format()).isEqualTo("arm64 Image");
    }

    @ParameterizedTest
    @CsvSource({
        "image_size, 0x3000",
        "image_size, 0xfffffffffffff",
        "text_offset, 0xffff",
        "flags, -1",
        "res2, -1",
        "res3, -1",
        "res4, -1",
        "code1, 0x1400000f",
        "code1, 0x14000bfe",
        "code0, 0x91005a4d"
    })
    void valuesAtTheEdgeOfARuleAreTaken(String field, String value) throws IOException {
        Arm64Image image = Arm64Image.parse(
                new Arm64Images().set(field, Long.decode(value)).content());
        assertThat(image.code().size()).isEqualTo(0x3000);
    }

    /** The header has no length of the file; the sections of the EFI program do, and nothing lies behind them. */
    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] signed = new Arm64Images().certificates(new byte[] {1, 2, 3, 4}).bytes();
        for (int length = 0; length < signed.length; length++) {
            MalformedInputException refusal = refusal(Arrays.copyOf(signed, length));
            assertThat(refusal).as("%d bytes", length).hasMessageStartingWith("arm64 Image: ");
        }
        assertThat(Arm64Image.parse(Content.of(signed)).isSigned()).isTrue();
    }

    @Test
    void withoutAnEfiProgramAHeaderAndTheBranchedToCodeAreNeeded() throws IOException {
        byte[] plain = Arm64Images.plain().bytes();
        for (int length = 0; length <= 0x1000; length++) {
            refusal(Arrays.copyOf(plain, length));
        }
        assertThat(Arm64Image.parse(Content.of(Arrays.copyOf(plain, 0x1001)))).isNotNull();
    }

    @Test
    void randomChangesAreSurvived() throws IOException {
        byte[] bytes = new Arm64Images().certificates(new byte[16]).bytes();
        int accepted = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] changed = bytes.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                changed[random.nextInt(0x140)] = (byte) random.nextInt();
            }
            try {
                Arm64Image image = Arm64Image.parse(Content.of(changed));
                assertThat(image.header().memorySize())
                        .isGreaterThanOrEqualTo(image.code().size());
                assertThat(image.header().loadOffset()).isBetween(0L, (2L << 20) - 1);
                accepted++;
            } catch (MalformedInputException e) {
                assertThat(e).hasMessageStartingWith("arm64 Image: ");
            }
        }
        assertThat(accepted).isBetween(1000, 19_000);
    }

    @Test
    void certificatesAreNotLoaded() throws IOException {
        Arm64Images made = new Arm64Images().set("image_size", 0x3000).certificates(new byte[] {9, 9, 9, 9});
        Arm64Image image = Arm64Image.parse(made.content());
        assertThat(image.isSigned()).isTrue();
        assertThat(image.content()).isEqualTo(made.content());
        assertThat(image.code()).isEqualTo(made.content().slice(0, 0x3000));
        byte[] padded = Arm64Images.padded(made.bytes(), 0x8000);
        assertThat(Arm64Image.parse(Content.of(padded)).content()).isEqualTo(made.content());
        padded[0x7fff] = 1;
        assertThat(refusal(padded))
                .hasMessageContaining("nothing but zeroes may follow the certificate table (offset 0x7fff)");
    }

    @Test
    void certificatesMustLieInTheFile() {
        byte[] bytes = new Arm64Images().certificates(new byte[4]).bytes();
        for (int hostile : new int[] {0, 0x3f, 0xff}) {
            byte[] changed = bytes.clone();
            changed[Arm64Images.CERTIFICATES] = (byte) hostile;
            changed[Arm64Images.CERTIFICATES + 1] = (byte) (hostile == 0xff ? 0xff : 0);
            assertThat(refusal(changed))
                    .hasMessageContaining("the certificate table must lie within the file, which has 0x3004 bytes");
            assertThat(refusal(changed).offset()).isEqualTo(Arm64Images.CERTIFICATES);
        }
        byte[] inTheCode = bytes.clone();
        inTheCode[Arm64Images.CERTIFICATES + 1] = 0x20;
        assertThat(refusal(inTheCode)).hasMessageContaining("nothing but zeroes may follow");
    }

    @Test
    void theVersionIsFoundWhereverItLies() throws IOException {
        byte[] banner = "Linux version %s\0Linux version 6.12.9 (a@b) #1 SMP\n\0".getBytes(StandardCharsets.US_ASCII);
        for (int offset : new int[] {0, 0xffff0, 0xff000 - 7, 0xff000 - 40, 0x100000, 0x2ff000 - banner.length}) {
            byte[] code = new byte[0x2ff000];
            System.arraycopy(banner, 0, code, offset, banner.length);
            Arm64Image image = Arm64Image.parse(
                    new Arm64Images().set("image_size", 1 << 24).code(code).content());
            assertThat(image.versionString()).contains("6.12.9 (a@b) #1 SMP");
        }
        assertThat(Arm64Image.parse(new Arm64Images().content()).versionString())
                .isEmpty();
    }

    @Test
    void aVersionEndsWithTheFileAtTheLatest() throws IOException {
        byte[] start = "Linux version 6".getBytes(StandardCharsets.US_ASCII);
        assertThat(Arm64Image.parse(new Arm64Images().code(start).content()).versionString())
                .contains("6");
        assertThat(Arm64Image.parse(new Arm64Images()
                                .code(Arrays.copyOf(start, start.length - 1))
                                .content())
                        .versionString())
                .isEmpty();
    }

    @Test
    void whatIsNoImageIsNamed() {
        assertThatThrownBy(() -> Arm64Image.parse(new BzImageBuilder().content()))
                .hasMessageContaining("but this is an x86 bzImage");
        assertThatThrownBy(() -> Arm64Image.parse(Content.EMPTY)).hasMessageContaining("but this is an empty file");
    }

    @Test
    void words() throws IOException {
        assertThat(Arm64Image.parse(new Arm64Images().content()))
                .hasToString("arm64 Image, little-endian, 4 KiB pages, 12288 bytes");
        assertThat(Arm64Image.parse(new Arm64Images()
                        .set("flags", 1)
                        .certificates(new byte[8])
                        .content()))
                .hasToString("arm64 Image, signed, big-endian, unknown pages, 12288 bytes");
    }
}
