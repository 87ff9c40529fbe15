package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * kexec-tools cuts a file that is larger than {@code image_size} to it and reports success; linux-loader takes the size of the file
 * for that of the kernel, and the memory behind it for free.
 */
class Arm64SizeRegressionTest {
    @Test
    void aFileIsNeverCut() {
        Arm64Images larger = new Arm64Images().set("image_size", 0x2fff);
        assertThatThrownBy(() -> Arm64Image.parse(larger.content()))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("image_size must not be below the size of the file, 0x3000, is 0x2fff");
    }

    /** Linux 7.2 needs 0x2f00000 bytes, and its file has 0x2e08fc0. */
    @Test
    void whatTheKernelNeedsBehindItsFileIsCounted() throws IOException {
        Arm64Image image = Arm64Image.parse(new Arm64Images()
                .set("image_size", 0x2f00000)
                .code(new byte[0x2e08fc0 - 0x1000])
                .content());
        assertThat(image.code().size()).isEqualTo(0x2e08fc0);
        assertThat(image.header().memorySize()).isEqualTo(0x2f00000);
    }
}
