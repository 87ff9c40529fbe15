package io.kexec4j.boot.x86;

import static io.kexec4j.boot.x86.Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.target.FramebufferFacts;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the second kernel learns of the screen. */
class ScreenHandOverTest extends MachineWithEfi {
    private void screen(int type) {
        Arrays.fill(oldParams, 0, 0x40, (byte) 0x33);
        running.put(0x0f, (byte) type).putShort(0x12, (short) 1024).putShort(0x14, (short) 768);
        running.putShort(0x24, (short) 4096);
    }

    private KexecImage withScreen(FramebufferFacts facts, UnaryOperator<KexecImageBuilder> more) throws IOException {
        return more.apply(builder(machine().framebuffer(facts))).build();
    }

    private static void assertScreen(KexecImage image, boolean kept) throws IOException {
        byte[] params = bootParams(image).toByteArray();
        for (int offset = 0; offset < 0x40; offset++) {
            if (offset < 2 || offset >= 4) { // ext_mem_k is anew
                boolean old = offset >= 0x20 && offset < 0x24; // cl_magic, cl_offset
                assertThat(params[offset] != 0).as("offset 0x%x", offset).isEqualTo(kept && !old && !isZero(offset));
            }
        }
    }

    /** Upper or lower bytes of the sizes of {@link #screen}. */
    private static boolean isZero(int offset) {
        return offset == 0x12 || offset == 0x14 || offset == 0x24;
    }

    @ParameterizedTest
    @CsvSource({
        "EFI VGA, 1024, 768, 4096, true",
        "simpledrmdrmfb, 640, 480, 1, true",
        "i915drmfb, 1024, 768, 4096, false",
        "i915drmfb, 1024, 1536, 4096, false",
    })
    void theFramebufferIsKeptWhileItMayBeTrue(String driver, int width, int height, int stride, boolean firmware)
            throws IOException {
        for (int type : new int[] {0x23, 0x70}) {
            screen(type);
            KexecImage image =
                    withScreen(new FramebufferFacts(driver, width, height, stride, firmware), builder -> builder);
            assertScreen(image, true);
            if (firmware) {
                assertThat(image.remarks()).isEmpty();
            } else {
                assertThat(image.remarks()).singleElement().asString().contains("driven by \"i915drmfb\"");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1920, 1080, 7680", "1024, 767, 4096", "1024, 768, 4160", "1025, 768, 4096"})
    void aFramebufferThatADriverHasChangedIsNotHandedOn(int width, int height, int stride) throws IOException {
        for (int type : new int[] {0x23, 0x70}) {
            screen(type);
            FramebufferFacts facts = new FramebufferFacts("virtio_gpudrmfb", width, height, stride, false);
            KexecImage image = withScreen(facts, builder -> builder);
            assertScreen(image, false);
            assertThat(image.remarks())
                    .singleElement()
                    .asString()
                    .contains(
                            "\"virtio_gpudrmfb\" has changed the mode from 1024x768 to %dx%d".formatted(width, height));
            KexecImage reused = withScreen(facts, builder -> builder.option(X86Option.REUSE_VIDEO));
            assertScreen(reused, true);
            assertThat(reused.remarks()).isEmpty();
        }
    }

    @Test
    void aTextScreenIsKept() throws IOException {
        screen(1);
        KexecImage image = withScreen(new FramebufferFacts("bochs-drmdrmfb", 1, 1, 1, false), builder -> builder);
        assertScreen(image, true);
        assertThat(image.remarks()).isEmpty();
    }

    @Test
    void aTextScreenThatIsResetIsInMode3() throws IOException {
        screen(1);
        byte[] told = withScreen(
                        new FramebufferFacts("bochs-drmdrmfb", 1, 1, 1, false),
                        builder -> builder.option(X86Option.VGA_RESET))
                .segment(SegmentRole.BOOT_PARAMS)
                .orElseThrow()
                .content()
                .copy(0, 0x40);
        assertThat(Arrays.copyOf(told, 2)).as("cursor").containsExactly(0, 0);
        assertThat(Arrays.copyOfRange(told, 4, 8)).as("page, mode, columns").containsExactly(0, 0, 3, 80);
        assertThat(Arrays.copyOfRange(told, 0x0e, 0x12))
                .as("lines, type, points")
                .containsExactly(25, 1, 16, 0);
        assertThat(told[0x0a]).as("orig_video_ega_bx").isEqualTo((byte) 0x33);
    }

    @Test
    void aFramebufferIsNotWhatIsReset() throws IOException {
        screen(0x70);
        FramebufferFacts facts = new FramebufferFacts("EFI VGA", 1024, 768, 4096, true);
        assertScreen(withScreen(facts, builder -> builder.option(X86Option.VGA_RESET)), true);
    }

    @Test
    void aVideoModeThatIsUnknownCannotBeReused() throws IOException {
        KexecImageBuilder builder = KexecImageBuilder.forTarget(Machines.pc(512 * MIB))
                .kernel(TinyKernel.read().kernel())
                .option(X86Option.REUSE_VIDEO);
        assertThatThrownBy(builder::build)
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessageContaining("video mode");
    }
}
