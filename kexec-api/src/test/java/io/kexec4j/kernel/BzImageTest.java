package io.kexec4j.kernel;

import static io.kexec4j.kernel.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BzImageTest {
    private static BzImage parse(BzImageBuilder builder) throws IOException {
        return BzImage.parse(builder.content());
    }

    @ParameterizedTest
    @CsvSource({"0, 0xa00", "1, 0x400", "4, 0xa00", "39, 0x5000", "255, 0x20000"})
    void theCodeBeginsBehindTheSetup(int setupSects, int start) throws IOException {
        byte[] code = new byte[0x2000];
        Arrays.fill(code, (byte) 0x5a);
        BzImageBuilder builder = new BzImageBuilder().code(code).set("setup_sects", setupSects);
        BzImage image = parse(builder);
        assertThat(builder.bytes()).hasSize(start + code.length);
        assertThat(image.protectedModeCode().copy(0, code.length)).isEqualTo(code);
        assertThat(image.protectedModeCode().size()).isEqualTo(code.length);
        assertThat(image.protectedModeCode()).isSameAs(image.protectedModeCode());
    }

    @Test
    void theFileMustReachItsEntries() throws IOException {
        assertThat(parse(new BzImageBuilder().code(new byte[0x201])).has64BitEntry())
                .isTrue();
        assertRefused(new BzImageBuilder().code(new byte[0x200]), 0x1f1, "ends at 0xc00");
        BzImageBuilder with32Bits = new BzImageBuilder().set("xloadflags", 0);
        assertThat(parse(with32Bits.code(new byte[1])).has64BitEntry()).isFalse();
        assertRefused(with32Bits.code(new byte[0]), 0x1f1, "must begin at 0xa00");
    }

    @Test
    void theBootFlagAndLoadedHighMustBeSet() {
        assertRefused(new BzImageBuilder().set("boot_flag", 0x55aa), 0x1fe, "is 0x55aa");
        assertRefused(new BzImageBuilder().set("loadflags", 0x80), 0x211, "an old zImage");
    }

    @Test
    void whatIsNoBzImageIsNamed() {
        BzImageBuilder other = new BzImageBuilder().set("header", 0).patch(0, new byte[] {0x1f, (byte) 0x8b, 8});
        assertRefused(other, 0x202, "this is a compressed stream (gzip)");
        assertThatThrownBy(() -> BzImage.parse(Content.EMPTY))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("this is an empty file");
    }

    @ParameterizedTest
    @CsvSource({
        "0x20b, 3, false, false",
        "0x20c, 0, false, false",
        "0x20c, 1, true, false",
        "0x20c, 2, false, false",
        "0x20c, 3, true, true",
        "0x20f, 0x7f, true, true"
    })
    void theEntryIsThatOfTheFlags(int version, int xloadflags, boolean entry64, boolean above4G) throws IOException {
        BzImage image = parse(new BzImageBuilder().version(version).set("xloadflags", xloadflags));
        assertThat(image.has64BitEntry()).isEqualTo(entry64);
        assertThat(image.canBeLoadedAbove4G()).isEqualTo(above4G);
    }

    @Test
    void memorySizeIsInitSizeOrThreeTimesTheCode() throws IOException {
        assertThat(parse(new BzImageBuilder()).memorySize()).isEqualTo(0x100000);
        assertThat(parse(new BzImageBuilder().version(0x209)).memorySize()).isEqualTo(0x6000);
    }

    /** A range may not end at 2^64. */
    @Test
    void prefAddressAndInitSizeMustNotWrap() throws IOException {
        BzImageBuilder builder = new BzImageBuilder().set("pref_address", -0x300000);
        assertThat(parse(builder).header().prefAddress()).isEqualTo(-0x300000);
        assertRefused(builder.set("pref_address", -0x2fffff), 0x258, "0xffffffffffd00001");
        assertRefused(builder.set("pref_address", -1), 0x258, "0xffffffffffffffff");
        builder.set("relocatable_kernel", 0);
        assertThat(parse(builder.set("pref_address", -0x101000)).has64BitEntry())
                .isTrue();
        assertRefused(builder.set("pref_address", -0x100000), 0x258, "must end below 2^64, is 0xfffffffffff00000");
        assertRefused(builder.set("pref_address", -0xff000), 0x258, "must end below 2^64, is 0xfffffffffff01000");
    }

    /** Otherwise the BIOS area would be overwritten: a kernel with LOADED_HIGH runs at 1 MiB or above. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0x10000, 0xff000, 0xfffff, 0x100001, 0x100fff, 0x1000200})
    void anAddressThatAFixedKernelCannotRunAtIsRefused(long address) throws IOException {
        BzImageBuilder fixed = new BzImageBuilder().set("relocatable_kernel", 0).set("pref_address", address);
        assertRefused(fixed, 0x258, "a multiple of 0x1000 not below 0x100000, is 0x%x".formatted(address));
        assertRefused(fixed.version(0x20a), 0x258, "relocatable_kernel");
        assertThat(parse(fixed.version(0x209)).header().prefAddress()).isEqualTo(0x100000);
        BzImageBuilder relocatable = new BzImageBuilder().set("pref_address", address);
        assertThat(parse(relocatable).header().prefAddress()).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x100000, 0x101000, 0x1000000, 0x100000000L, Long.MIN_VALUE})
    void aFixedKernelRunsAtAnyPageAboveTheFirstMebibyte(long address) throws IOException {
        BzImageBuilder fixed = new BzImageBuilder().set("relocatable_kernel", 0).set("pref_address", address);
        assertThat(parse(fixed).header().prefAddress()).isEqualTo(address);
    }

    @Test
    void theVersionStringIsReadFromTheSetup() throws IOException {
        assertThat(parse(new BzImageBuilder()).versionString()).isEmpty();
        assertThat(parse(new BzImageBuilder().versionString("6.1 test")).versionString())
                .contains("6.1 test");
        assertThat(parse(new BzImageBuilder().set("kernel_version", 0x7ff)).versionString())
                .contains("");
        assertRefused(new BzImageBuilder().set("kernel_version", 0x800), 0x20e, "is 0x800");
        assertRefused(new BzImageBuilder().set("kernel_version", 0xffff), 0x20e, "is 0xffff");
        BzImageBuilder endless =
                new BzImageBuilder().set("kernel_version", 0x7fe).patch(0x9fe, new byte[] {'4', '2'});
        assertRefused(endless, 0x9fe, "must end with a NUL byte");
    }

    @Test
    void kernelInfoIsRead() throws IOException {
        assertThat(parse(new BzImageBuilder()).kernelInfo()).isEmpty();
        assertThat(parse(new BzImageBuilder().kernelInfo(0x1ff0, "LToP", 16, 16, 0x8000000a))
                        .kernelInfo())
                .contains(new KernelInfo(16, 16, 0x8000000aL));
        assertThat(parse(new BzImageBuilder().kernelInfo(0x1000, "LToP", 20, 0x1000, 9))
                        .kernelInfo())
                .contains(new KernelInfo(20, 0x1000, 9));
        assertThat(parse(new BzImageBuilder()
                                .kernelInfo(0x1000, "LToP", 16, 16, 9)
                                .version(0x20d))
                        .kernelInfo())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0x1ff1, 0x2000, 0x2001, 0x7fffffff, 0xfffffff0L, 0xffffffffL})
    void kernelInfoMustLieWithinTheCode(long offset) {
        assertRefused(new BzImageBuilder().set("kernel_info_offset", offset), 0x268, "is 0x%x".formatted(offset));
    }

    @Test
    void kernelInfoMustHoldTogether() {
        long start = 0xa00 + 0x1000;
        assertRefused(new BzImageBuilder().kernelInfo(0x1000, "LToq", 16, 16, 0), start, "LToP");
        assertRefused(new BzImageBuilder().kernelInfo(0x1000, "LToP", 15, 16, 0), start + 4, "0xf and 0x10");
        assertRefused(new BzImageBuilder().kernelInfo(0x1000, "LToP", 0, 0, 0), start + 4, "0x0 and 0x0");
        assertRefused(new BzImageBuilder().kernelInfo(0x1000, "LToP", 17, 16, 0), start + 4, "0x11 and 0x10");
        assertRefused(new BzImageBuilder().kernelInfo(0x1000, "LToP", 16, 0x1001, 0), start + 4, "0x1001");
        assertRefused(new BzImageBuilder().kernelInfo(0x1000, "LToP", -1, -1, 0), start + 4, "0xffffffff");
    }

    @ParameterizedTest
    @CsvSource({
        "1f8b080000000000, GZIP, 8", "425a683900000000, BZIP2, 4", "5d00008000ffffffffffffffff00000000, LZMA, 13",
        "fd377a585a00000000000000, XZ, 8", "894c5a4f000d0a1a0a00000000000000, LZO, 12",
                "02214c1800000000, LZ4_LEGACY, 4",
        "28b52ffd00000000, ZSTD, 4", "04224d1800000000, LZ4_FRAME, 4"
    })
    void thePayloadIsKnownByItsMagic(String hex, Compression compression, int streamSize) throws IOException {
        byte[] payload = HexFormat.of().parseHex(hex);
        payload[payload.length - 1] = (byte) 0xf0;
        BzImage image = parse(new BzImageBuilder().payload(0x2cc, payload).set("init_size", 0xf0000000L));
        Payload found = image.payload().orElseThrow();
        assertThat(found.offset()).isEqualTo(0x2cc);
        assertThat(found.length()).isEqualTo(payload.length);
        assertThat(found.compression()).isEqualTo(compression);
        assertThat(found.uncompressedSize()).isEqualTo(OptionalLong.of(0xf0000000L));
        assertThat(found.stream().copy(0, streamSize)).isEqualTo(Arrays.copyOf(payload, streamSize));
        assertThat(found.stream().size()).isEqualTo(streamSize);
    }

    @Test
    void otherPayloads() throws IOException {
        assertThat(parse(new BzImageBuilder()).payload()).isEmpty();
        assertThat(parse(new BzImageBuilder().set("payload_offset", 0x2000)).payload())
                .isEmpty();
        Payload elf = parse(new BzImageBuilder().payload(0, "\u007fELF.....".getBytes(StandardCharsets.US_ASCII)))
                .payload()
                .orElseThrow();
        assertThat(elf.compression()).isEqualTo(Compression.NONE);
        assertThat(elf.uncompressedSize()).isEqualTo(OptionalLong.of(9));
        Payload unknown = parse(new BzImageBuilder().payload(0x1fff, new byte[1]))
                .payload()
                .orElseThrow();
        assertThat(unknown.compression()).isEqualTo(Compression.UNKNOWN);
        assertThat(unknown.uncompressedSize()).isEmpty();
        Payload cut = parse(new BzImageBuilder().payload(0x1ffe, new byte[] {0x1f, (byte) 0x8b}))
                .payload()
                .orElseThrow();
        assertThat(cut.compression()).isEqualTo(Compression.GZIP);
        assertThat(cut.uncompressedSize()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x2001",
        "1, 0x2000",
        "0x2000, 1",
        "0x2001, 0",
        "0xffffffff, 0",
        "0, 0xffffffff",
        "0xffffffff, 1",
        "0xffffffff, 0xffffffff",
        "0x80000000, 0x80000000"
    })
    void thePayloadMustLieWithinTheCode(String offset, String length) throws IOException {
        BzImageBuilder builder = new BzImageBuilder()
                .set("payload_offset", Long.decode(offset))
                .set("payload_length", Long.decode(length));
        assertRefused(builder, 0x248, "payload_offset and payload_length must lie within the code");
        assertThat(parse(builder.version(0x207)).payload()).isEmpty();
    }

    @Test
    void saysWhatItIs() throws IOException {
        assertThat(parse(new BzImageBuilder().versionString("6.1 test"))).hasToString("bzImage 6.1 test, 8192 bytes");
        assertThat(parse(new BzImageBuilder())).hasToString("bzImage without a version, 8192 bytes");
    }
}
