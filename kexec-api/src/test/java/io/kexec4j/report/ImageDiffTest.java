package io.kexec4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageDiffTest {
    private static final long ADDRESS = 0x20_0000;
    private static final int CMD_LINE_PTR = 0x228;
    private static final int EXT_CMD_LINE_PTR = 0xc8;
    private static final int RAMDISK_SIZE = 0x21c;

    /** Empty exactly if the images are equal. */
    @Test
    void agreesWithEquals() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            KexecImage image = SampleImages.random(seed);
            assertThat(ImageDiff.of(image, SampleImages.random(seed)).isEmpty()).isTrue();
            for (int other = 0; other < 20; other++) {
                KexecImage second = SampleImages.random(other);
                assertThat(ImageDiff.of(image, second).isEmpty())
                        .as("%d and %d", seed, other)
                        .isEqualTo(image.equals(second));
            }
        }
        assertThat(ImageDiff.of(SampleImages.small(), SampleImages.small()).describe())
                .isEqualTo("no differences\n");
    }

    @Test
    void everythingThatDiffersIsTold() throws IOException {
        KexecImage before = SampleImages.small();
        byte[] kernel = SampleImages.bytes(1, 0x1234);
        kernel[0x1000] ^= 1;
        Segment moved = SampleImages.segment(
                SegmentRole.INITRD, 0x7e00_0000, 0x7e00_2000, SampleImages.bytes(2, 18), "elsewhere");
        KexecImage after = new KexecImage(
                before.architecture(),
                0x1000,
                0x10_0000,
                List.of(
                        SampleImages.segment(SegmentRole.KERNEL, 0x10_0000, 0x20_0000, kernel, "as high as possible"),
                        moved,
                        SampleImages.segment(SegmentRole.INITRD, 0x8000_0000L, 0x8000_1000L, new byte[5], "second")),
                Set.of(),
                List.of("the first remark"));

        ImageDiff diff = ImageDiff.of(before, after);

        assertThat(diff.describe())
                .isEqualTo("""
                entry: 0x100200 -> 0x100000
                flags: 0x3e0001 -> 0x3e0000
                kernel: content from offset 0x1000: SHA-256 %s -> SHA-256 %s
                initrd: address: 0x7f000000 -> 0x7e000000
                initrd: memory size: 0x1000 -> 0x2000
                initrd: content size: 0x11 -> 0x12
                initrd: content from offset 0x11: SHA-256 %s -> SHA-256 %s
                initrd: reason: below the kernel -> elsewhere
                initrd 2: none -> [0x80000000, 0x80001000), 5 bytes of content
                purgatory: [0x100000000, 0x100002000), 0 bytes of content -> none
                remark 2: "größer als nötig" -> none
                """.formatted(digest(before, 0), digest(after, 0), digest(before, 1), digest(after, 1)));
    }

    private static String digest(KexecImage image, int segment) throws IOException {
        return image.segments().get(segment).content().sha256().toString();
    }

    @Test
    void theFirstDifferenceIsFoundInLargeContentToo() throws IOException {
        for (int at : new int[] {0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 2 << 20}) {
            byte[] changed = new byte[(2 << 20) + 1];
            changed[at] = 1;
            assertThat(whats(initrd(new byte[changed.length]), initrd(changed)))
                    .containsExactly("initrd: content from offset 0x%x".formatted(at));
        }
        assertThat(whats(initrd(new byte[7]), initrd(new byte[9])))
                .containsExactly("initrd: content size", "initrd: content from offset 0x7");
    }

    private static KexecImage initrd(byte[] content) {
        return SampleImages.small()
                .withSegments(List.of(SampleImages.segment(SegmentRole.INITRD, 0x10_0000, 0x50_0000, content, "")));
    }

    @Test
    void fieldsOfBootParamsAreTold() throws IOException {
        ByteBuffer changed = bootParams("quiet");
        changed.putInt(RAMDISK_SIZE, 0x1234);
        changed.put(0x2d0 + 100, (byte) 1);

        assertThat(whats(image(bootParams("quiet debug")), image(changed)))
                .containsExactly(
                        "boot_params: content size",
                        "boot_params: content from offset 0x21c",
                        "boot_params: ramdisk_size",
                        "boot_params: e820_table",
                        "boot_params: command line");
        assertThat(ImageDiff.of(image(bootParams("quiet debug")), image(changed))
                        .describe())
                .contains("boot_params: ramdisk_size: 0x0 -> 0x1234\n")
                .contains("boot_params: command line: \"quiet debug\" -> \"quiet\"\n");
    }

    /** The content of a segment is not to be trusted: it may come from a container. */
    @Test
    void brokenBootParamsAreSurvived() throws IOException {
        KexecImage good = image(bootParams("quiet"));
        for (long pointer : new long[] {0, ADDRESS - 1, ADDRESS + 4096 + 6, -1, Long.MIN_VALUE}) {
            ByteBuffer broken = bootParams("quiet");
            broken.putInt(CMD_LINE_PTR, (int) pointer).putInt(EXT_CMD_LINE_PTR, (int) (pointer >>> 32));
            assertThat(ImageDiff.of(good, image(broken)).describe())
                    .contains("boot_params: command line: \"quiet\" -> none\n");
        }
        ByteBuffer endless = bootParams("quiet");
        endless.put(4096 + 5, (byte) 'x');
        assertThat(ImageDiff.of(good, image(endless)).describe()).contains("command line: \"quiet\" -> none");
        assertThat(whats(good, image(ByteBuffer.allocate(4095))))
                .containsExactly("boot_params: content size", "boot_params: content from offset 0x229");
    }

    @Test
    void theSameKernelWithAnotherCommandLine() throws IOException {
        KexecImage before = Machines.image(Machines.quickstart(), "a=b");
        KexecImage after = Machines.image(Machines.quickstart(), "a=c");

        assertThat(whats(before, after))
                .contains("boot_params: command line")
                .noneMatch(what -> what.startsWith("kernel") || what.startsWith("initrd"));
        assertThat(ImageDiff.of(before, after).describe()).contains("command line: \"a=b\" -> \"a=c\"");
    }

    /** boot_params and a command line behind it, with the NUL at its end. */
    private static ByteBuffer bootParams(String commandLine) {
        byte[] text = commandLine.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(4096 + text.length + 1)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(4096, text)
                .putInt(CMD_LINE_PTR, (int) ADDRESS + 4096);
    }

    private static KexecImage image(ByteBuffer bootParams) {
        List<Segment> segments = new ArrayList<>();
        segments.add(new Segment(
                SegmentRole.BOOT_PARAMS, PhysicalRange.ofSize(ADDRESS, 0x2000), Content.of(bootParams), ""));
        segments.add(SampleImages.segment(SegmentRole.KERNEL, 0x10_0000, 0x10_1000, new byte[1], ""));
        return SampleImages.small().withSegments(segments);
    }

    private static List<String> whats(KexecImage before, KexecImage after) throws IOException {
        return ImageDiff.of(before, after).differences().stream()
                .map(ImageDiff.Difference::what)
                .toList();
    }
}
