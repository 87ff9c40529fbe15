package io.kexec4j.kernel;

import static io.kexec4j.kernel.Refusals.survives;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are identified as something, and are a kernel whose parts lie in the file or are refused. */
class KernelFileFuzzTest {
    private static final int FIRST_WITH_ALL = 0x020a;
    private static final int LONGEST_DESCRIPTION = 300;
    private static final Decompression LIMITS = new Decompression(1 << 20, 8 << 20);

    static Stream<byte[]> seeds() throws IOException {
        byte[] small = full().code(new byte[0x210]).set("init_size", 0x1000).bytes();
        byte[] elf = ElfImages.x8664()
                .load(0x100000, 0x100000, new byte[] {1, 2, 3}, 0x1000)
                .bytes();
        String text = "ID=a\nTITLE=\"b\"\n";
        return Stream.of(
                small,
                full().version(0x0202).code(new byte[0x210]).bytes(),
                full().code(new byte[0x300])
                        .payload(0x200, Streams.concat(Streams.compress(Compression.GZIP, elf)))
                        .bytes(),
                full().code(new byte[0x300])
                        .kernelInfo(0x280, "LToP", 16, 32, 9)
                        .bytes(),
                elf,
                Streams.compress(Compression.GZIP, elf),
                Streams.compress(Compression.ZSTD, Streams.compress(Compression.XZ, elf)),
                new UkiImages()
                        .section(".linux", elf)
                        .section(".cmdline", text)
                        .section(".osrel", text)
                        .section(".uname", text)
                        .section(".initrd", text)
                        .bytes(),
                new UkiImages()
                        .section(".linux", elf)
                        .section(".profile", text)
                        .section(".profile", text)
                        .section(".linux", elf)
                        .section(".dtb", text)
                        .bytes(),
                MultibootImages.file(0x80, 0x10, MultibootImages.header1(0x10000, 0x10, 0, 0, 0, 0x20)),
                MultibootImages.file(
                        0x100,
                        0x10,
                        MultibootImages.header2(
                                MultibootImages.tag(2, 0, 0x10, 0, 0, 0),
                                MultibootImages.tag(3, 0, 0x20),
                                MultibootImages.tag(1, 1, 6, 8),
                                MultibootImages.tag(10, 1, 0, 0x1000, 0x10, 0))),
                "#!/bin/sh\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static BzImageBuilder full() {
        return new BzImageBuilder().versionString("6.1 test");
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytes(byte[] bytes) throws IOException {
        Content file = Content.of(bytes);
        Identification identification = KernelFiles.identify(file);
        assertThat(identification.description()).isNotBlank().hasSizeLessThan(LONGEST_DESCRIPTION);
        assertThat(identification).isEqualTo(KernelFiles.identify(file));
        try {
            KernelFile kernel = KernelFile.parse(file, LIMITS);
            assertThat(kernel).hasToString(KernelFile.parse(file, LIMITS).toString());
            assertThatItsPartsAreSound(kernel);
        } catch (MalformedInputException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(3 * LONGEST_DESCRIPTION);
        }
        if (survives(bytes)) {
            assertThat(identification.format()).isEqualTo(KernelFormat.BZIMAGE);
        }
    }

    private static void assertThatItsPartsAreSound(KernelFile kernel) throws IOException {
        if (kernel instanceof BzImage image) {
            assertThat(image.payload().stream())
                    .allMatch(payload ->
                            payload.stream().size() <= image.protectedModeCode().size());
        } else if (kernel instanceof ElfKernel elf) {
            assertSegments(elf.segments(), elf.entry());
        } else if (kernel instanceof MultibootKernel multiboot) {
            assertSegments(multiboot.segments(), multiboot.entry());
            for (MultibootHeader header : multiboot.headers()) {
                assertThat(header.offset()).isBetween(0, 0x8000);
            }
        } else if (kernel instanceof Uki uki) {
            for (UkiProfile profile : uki.profiles()) {
                assertThat(profile.kernel()).isNotInstanceOf(Uki.class);
                assertThatItsPartsAreSound(profile.kernel());
                assertTexts(profile);
            }
        }
    }

    private static void assertSegments(List<LoadSegment> segments, long entry) {
        assertThat(segments)
                .anyMatch(segment -> segment.range().contains(entry))
                .allMatch(segment -> Long.compareUnsigned(
                                segment.content().size(), segment.range().size())
                        <= 0);
    }

    private static void assertTexts(UkiProfile profile) throws IOException {
        assertThat(profile.initrds()).hasSizeLessThanOrEqualTo(2);
        assertThat(profile.commandLine().orElse("")).doesNotContain("\0", "\n");
        assertThat(profile.title().orElse("")).doesNotContain("\n");
        assertThat(profile.id().orElse("")).doesNotContain("\n");
        assertThat(profile.uname().orElse("")).doesNotContain("\0");
        assertThat(profile.osRelease().orElse("")).doesNotContain("\0");
    }

    /** What is written into the fields of a header is read from them, if the header is not refused. */
    @FuzzTest
    void fieldsAreReadAsTheyAreWritten(FuzzedDataProvider data) throws IOException {
        BzImageBuilder builder = full();
        if (data.consumeBoolean()) {
            builder.version(data.consumeInt(0x200, 0x211));
        }
        for (int count = data.consumeInt(0, 8); count > 0; count--) {
            BzImageBuilder.Field field = data.pickValue(builder.fields());
            builder.set(field.name(), data.consumeLong());
        }
        byte[] bytes = builder.bytes();
        if (!survives(bytes)) {
            return;
        }
        BzImage kernel = BzImage.parse(Content.of(bytes));
        SetupHeader header = kernel.header();
        if (header.version() != builder.value("version") || header.version() < FIRST_WITH_ALL) {
            return;
        }
        assertThat(header.prefAddress()).isEqualTo(builder.value("pref_address"));
        assertThat(header.initSize()).isEqualTo(builder.value("init_size") & 0xffff_ffffL);
        assertThat(header.kernelAlignment()).isEqualTo(builder.value("kernel_alignment") & 0xffff_ffffL);
        assertThat(header.cmdlineSize()).isEqualTo(builder.value("cmdline_size") & 0xffff_ffffL);
        assertThat(header.initrdAddrMax()).isEqualTo(builder.value("initrd_addr_max") & 0xffff_ffffL);
        assertThat(header.relocatable()).isEqualTo((builder.value("relocatable_kernel") & 0xff) != 0);
        assertThat(header.setupSize() + kernel.protectedModeCode().size()).isEqualTo(bytes.length);
    }
}
