package io.kexec4j.kernel;

import static io.kexec4j.kernel.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * kexec-tools reserves {@code init_size} bytes for the kernel without looking at them: with 0 the kernel is left out of the
 * image, with 4096 it is cut to a page, and both are reported as success.
 */
class InitSizeRegressionTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4096, 0x1fff})
    void memoryBelowTheCodeIsRefused(long initSize) {
        assertRefused(
                new BzImageBuilder().set("init_size", initSize),
                0x260,
                "init_size must not be below the size of the code, 0x2000, is 0x%x".formatted(initSize));
    }

    @Test
    void memoryOfTheSizeOfTheCodeOrMoreIsAccepted() throws IOException {
        for (long initSize : new long[] {0x2000, 0x2001, 0xffffffffL}) {
            BzImage image = BzImage.parse(
                    new BzImageBuilder().set("init_size", initSize).content());
            assertThat(image.memorySize()).isEqualTo(initSize);
        }
    }

    @Test
    void versionsWithoutTheFieldAreNotMeasuredByIt() throws IOException {
        BzImageBuilder old = new BzImageBuilder().version(0x209).set("init_size", 0);
        assertThat(BzImage.parse(old.content()).memorySize()).isEqualTo(3 * 0x2000);
    }
}
