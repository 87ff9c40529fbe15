package io.kexec4j.kernel;

import static io.kexec4j.kernel.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kexec-tools takes any {@code kernel_alignment}, and places the kernel with a mask made of it. */
class AlignmentRegressionTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 3, 0x200001, 0x300000, 0xfffff000L, 0xffffffffL})
    void alignmentsThatAreNoPowersOfTwoAreRefused(long alignment) throws IOException {
        BzImageBuilder builder = new BzImageBuilder().set("kernel_alignment", alignment);
        assertRefused(builder, 0x230, "kernel_alignment must be a power of two, is 0x%x".formatted(alignment));
        assertRefused(builder.version(0x205), 0x230, "must be a power of two");
        assertThat(BzImage.parse(builder.version(0x204).content()).header().kernelAlignment())
                .isEqualTo(1);
    }

    /** Boot programs that only use the protocol, such as iPXE, have 0 there. */
    @Test
    void kernelsThatAreNotRelocatableNeedNone() throws IOException {
        BzImageBuilder builder = new BzImageBuilder().set("kernel_alignment", 0).set("relocatable_kernel", 0);
        assertThat(BzImage.parse(builder.content()).header().kernelAlignment()).isZero();
        assertThat(BzImage.parse(builder.version(0x207).content()).header().minAlignment())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {22, 32, 63, 64, 255})
    void minAlignmentAboveTheAlignmentIsRefused(int minAlignment) {
        assertRefused(new BzImageBuilder().set("min_alignment", minAlignment), 0x235, "2^%d".formatted(minAlignment));
    }

    @Test
    void everyPowerOfTwoIsAccepted() throws IOException {
        for (int power = 0; power < 32; power++) {
            BzImageBuilder builder =
                    new BzImageBuilder().set("kernel_alignment", 1L << power).set("min_alignment", power);
            assertThat(BzImage.parse(builder.content()).header().kernelAlignment())
                    .isEqualTo(1L << power);
        }
    }
}
