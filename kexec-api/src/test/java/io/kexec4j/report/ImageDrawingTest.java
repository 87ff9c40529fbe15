package io.kexec4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.report.ImageDrawing.Style;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageDrawingTest {
    @Test
    void theMachineOfTheQuickstart() {
        KexecImage image = Machines.byHand();

        assertThat(ImageDrawing.of(Machines.quickstart(), image)).isEqualTo("""
                kexec image for x86_64: 4 segments, entry 0x13fffeb20

                        0x0 +------------------------+
                            |                        | System RAM, 639 KiB free
                    0x9fc00 +------------------------+
                            |////////////////////////| Reserved, 1 KiB, excluded: the firmware and devices use it
                    0xa0000 +------------------------+
                            :                        : no memory, 320 KiB
                    0xf0000 +------------------------+
                            |////////////////////////| Reserved, 64 KiB, excluded: the firmware and devices use it
                   0x100000 +------------------------+
                            |                        | System RAM, 3 GiB free
                            ~                        ~
                            |                        |
                 0xbfffe000 +------------------------+
                            |////////////////////////| Reserved, 8 KiB, excluded: the firmware and devices use it
                 0xc0000000 +------------------------+
                            :                        : no memory, 1023.8 MiB
                 0xfffc0000 +------------------------+
                            |////////////////////////| Reserved, 256 KiB, excluded: the firmware and devices use it
                0x100000000 +------------------------+
                            |                        | System RAM, 1022 MiB free
                            |                        |
                0x13fe00000 +------------------------+
                            |## 0 kernel ############| kernel, 48 KiB: 11 KiB of content, then zeroes
                            |........................| as high as possible from pref_address 0x1000000 on, aligned
                            |........................| to kernel_alignment 0x200000; init_size 0xc000
                0x13fe0c000 +------------------------+
                            |                        | System RAM, 1.9 MiB free
                0x13fffa000 +------------------------+
                            |## 1 initrd ############| initrd, 4 KiB: 24 B of content, then zeroes
                            |........................| as high as possible from 0x1000000 on
                0x13fffb000 +------------------------+
                            |## 2 boot_params #######| boot_params, 8 KiB: 4.1 KiB of content, then zeroes
                            |########################| as high as possible from 0x3000 on: boot_params, the command
                            |........................| line, 1 setup_data
                0x13fffd000 +------------------------+
                            |## 3 purgatory #########| purgatory, 12 KiB: 9.9 KiB of content, then zeroes
                            |########################| entry 0x13fffeb20
                            |........................| as high as possible from 0x3000 on; it checks 3 segments
                0x140000000 +------------------------+

                # content   . zeroes   / excluded   : no memory   ~ folded; not to scale
                note: the initrd was made by hand
                """);
    }

    @Test
    void boxesCanBeDrawnWithUnicode() {
        KexecImage image = Machines.byHand();

        assertThat(ImageDrawing.of(Machines.quickstart(), image, Style.BOXES, 80))
                .contains("        0x0 ┌────────────────────────┐\n", "0x140000000 └────────────────────────┘\n")
                .contains("│██ 0 kernel ████████████│", "│░░░░░░░░░░░░░░░░░░░░░░░░│", "├────────────────────────┤")
                .contains("╱╱╱", "┊", "≈")
                .doesNotContain("+", "#", "|");
    }

    /** Whatever the machine and the image are. */
    @Test
    void linesFitAndNothingIsMissing() {
        for (int seed = 0; seed < 300; seed++) {
            MemoryMap memory = Machines.random(seed);
            KexecImage image = SampleImages.random(seed);
            int width = 72 + seed % 60;
            Style style = seed % 2 == 0 ? Style.ASCII : Style.BOXES;

            String drawing = ImageDrawing.of(memory, image, style, width);

            assertThat(drawing.lines()).as("seed %d", seed).allMatch(line -> line.length() <= width);
            List<String> addresses = drawing.lines()
                    .filter(line -> line.matches(" *0x[0-9a-f]+ [+┌├└].*"))
                    .map(line -> line.strip().split(" ", -1)[0])
                    .toList();
            assertThat(addresses)
                    .isSortedAccordingTo((a, b) -> Long.compareUnsigned(address(a), address(b)))
                    .doesNotHaveDuplicates();
            for (int i = 0; i < image.segments().size(); i++) {
                Segment segment = image.segments().get(i);
                assertThat(addresses)
                        .contains(
                                Sizes.hex(segment.range().start()),
                                Sizes.hex(segment.range().end()));
                assertThat(drawing)
                        .contains(" %d %s ".formatted(i, segment.role().label()));
            }
            assertThat(drawing).contains("entry " + Sizes.hex(image.entry()));
            assertThat(drawing.chars().filter(c -> c < ' ' && c != '\n')).isEmpty();
            assertThat(style == Style.ASCII ? drawing.chars().filter(c -> c > '~') : "".chars())
                    .isEmpty();
        }
    }

    private static long address(String text) {
        return Long.parseUnsignedLong(text.substring(2), 16);
    }

    @Test
    void theRowsOfASegmentShowItsContent() {
        assertThat(rows(0x1000)).containsExactly("|## 0 kernel ############|", "|########################|");
        assertThat(rows(1)).containsExactly("|## 0 kernel ############|", "|........................|");
        assertThat(rows(0xfff)).containsExactly("|## 0 kernel ############|", "|........................|");
        assertThat(rows(0)).containsExactly("|.. 0 kernel ............|", "|........................|");
    }

    private static List<String> rows(int content) {
        KexecImage image = new KexecImage(
                Architecture.X86_64,
                0x1000,
                0x1000,
                List.of(SampleImages.segment(SegmentRole.KERNEL, 0x1000, 0x2000, new byte[content], "")),
                Set.of(),
                List.of());
        return ImageDrawing.of(Machines.quickstart(), image)
                .lines()
                .filter(line -> line.matches(" *\\|.*[#.]{3}.*\\|.*"))
                .map(line -> line.strip().substring(0, 26))
                .toList();
    }

    /** Segments are drawn for any machine, but one that is not theirs is told. */
    @Test
    void anImageForAnotherMachineIsNoticed() {
        assertThat(ImageDrawing.of(Machines.quickstart(), SampleImages.small())).doesNotContain("NOT IN THE RAM");
        assertThat(ImageDrawing.of(new MemoryMap(List.of()), SampleImages.small()))
                .contains("NOT IN THE RAM");
    }

    @Test
    void textsCannotDoHarm() {
        KexecImage image = SampleImages.small()
                .withSegments(List.of(SampleImages.segment(
                        SegmentRole.KERNEL, 0x10_0000, 0x20_0000, new byte[0], "\u001b[2J\u009bää\u202e\uD800 x")));

        assertThat(ImageDrawing.of(Machines.quickstart(), image)).contains("?[2J????? x");
        assertThat(ImageDrawing.of(Machines.quickstart(), image, Style.BOXES, 72))
                .contains("?[2J?ää?? x");
    }

    @Test
    void aNarrowDrawingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageDrawing.of(Machines.quickstart(), SampleImages.small(), Style.ASCII, 71))
                .withMessageContaining("72 or more");
    }
}
