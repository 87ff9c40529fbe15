package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.UnsupportedCombinationException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * kexec-tools has names for the byte order and the page size in the header of an Image and never looks at them, u-root looks at the
 * byte order only: a kernel that the CPU cannot run is loaded, started, and silent.
 */
class Arm64CpuRegressionTest {
    private static final Arm64Cpu USUAL = Arm64Cpu.running(ByteOrder.LITTLE_ENDIAN, 4096);

    private static Arm64Image image(long flags) throws IOException {
        return Arm64Image.parse(new Arm64Images().set("flags", flags).content());
    }

    @ParameterizedTest
    @CsvSource({
        "0x6, 'flags (offset 0x18, bits 1 and 2) is 0x6: the kernel has pages of 64 KiB, but the CPU can only have 4 KiB'",
        "0xc, 'flags (offset 0x18, bits 1 and 2) is 0xc: the kernel has pages of 16 KiB, but the CPU can only have 4 KiB'",
        "0x3, 'flags (offset 0x18, bit 0) is 0x3: the kernel is big-endian, but the CPU can only be little-endian'"
    })
    void whatTheCpuCannotDoIsSaidBeforeLoading(String flags, String obstacle) throws IOException {
        Arm64Image image = image(Long.decode(flags));
        assertThat(image.header().obstacles(USUAL)).containsExactly(obstacle);
        assertThatThrownBy(() -> image.header().verifyStartsOn(USUAL))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage("the kernel would not start on this machine: " + obstacle);
    }

    @Test
    void allObstaclesAreSaidAtOnce() throws IOException {
        Arm64Cpu cpu = new Arm64Cpu(Set.of(ByteOrder.LITTLE_ENDIAN), Set.of(0x10000L, 0x1000L));
        assertThat(image(0x5).header().obstacles(cpu))
                .hasSize(2)
                .element(1)
                .asString()
                .endsWith("only have 4 KiB and 64 KiB");
    }

    @Test
    void theByteOrderOfAKernelBefore317IsThatOfTextOffset() throws IOException {
        Arm64Image old = Arm64Image.parse(Arm64Images.plain()
                .set("image_size", 0)
                .set("text_offset", 0x0000_0800_0000_0000L)
                .content());
        assertThat(old.header().obstacles(USUAL))
                .containsExactly("text_offset (offset 0x8) is 0x80000000000: the kernel is big-endian, but the CPU can"
                        + " only be little-endian");
    }

    @Test
    void whatTheCpuCanDoStarts() throws IOException {
        Arm64Cpu able =
                new Arm64Cpu(Set.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN), Set.of(0x1000L, 0x4000L, 0x10000L));
        for (long flags = 0; flags < 16; flags++) {
            Arm64Image image = image(flags);
            assertThatCode(() -> image.header().verifyStartsOn(able)).doesNotThrowAnyException();
        }
        assertThat(image(0xa).header().obstacles(USUAL)).isEmpty();
        assertThat(image(0x8).header().obstacles(USUAL))
                .as("pages of unknown size")
                .isEmpty();
    }

    @Test
    void aCpuHasWhatArm64CpusHave() {
        assertThatThrownBy(() -> Arm64Cpu.running(ByteOrder.LITTLE_ENDIAN, 8192))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Arm64Cpu(Set.of(), Set.of(4096L))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Arm64Cpu(Set.of(ByteOrder.LITTLE_ENDIAN), Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
