package io.kexec4j.kernel;

import static io.kexec4j.kernel.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HexFormat;
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

    /** Every compression has the size of its output in the last four bytes of the payload. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1f8b080000000000",
                "425a683900000000",
                "fd377a585a00000000000000",
                "894c5a4f000d0a1a0a00000000000000",
                "02214c1800000000",
                "28b52ffd00000000"
            })
    void memoryBelowTheDecompressedPayloadIsRefused(String hex) throws IOException {
        byte[] payload = HexFormat.of().parseHex(hex);
        payload[payload.length - 2] = 0x40; // 0x400000 bytes come out
        BzImageBuilder builder = new BzImageBuilder().payload(0x2cc, payload);
        for (long initSize : new long[] {0x2000, 0x3fffff}) {
            assertRefused(
                    builder.set("init_size", initSize),
                    0x260,
                    "init_size must not be below the size of the decompressed payload, 0x400000, is 0x%x"
                            .formatted(initSize));
        }
        assertThat(BzImage.parse(builder.set("init_size", 0x400000).content()).memorySize())
                .isEqualTo(0x400000);
        assertThat(BzImage.parse(builder.version(0x209).content()).memorySize()).isEqualTo(3 * 0x2000);
    }

    @Test
    void aPayloadThatNobodyCanDecompressIsNotMeasured() throws IOException {
        byte[] unknown = {1, 2, 3, 4, -1, -1, -1, -1};
        BzImageBuilder builder = new BzImageBuilder().payload(0x2cc, unknown).set("init_size", 0x2000);
        assertThat(BzImage.parse(builder.content()).memorySize()).isEqualTo(0x2000);
    }
}
