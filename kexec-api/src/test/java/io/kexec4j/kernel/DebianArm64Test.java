package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels that examples/boot-matrix/setup fetches. */
class DebianArm64Test {
    private static final int CERTIFICATES = 1472;

    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void isASignedImage(String version) throws IOException {
        String cache =
                System.getenv().getOrDefault("KEXEC4J_CACHE", System.getProperty("user.home") + "/.cache/kexec4j");
        Path file = Path.of(cache, "kernels", "arm64", version, "vmlinuz");
        assumeTrue(Files.exists(file), "no " + file + ": run examples/boot-matrix/setup");
        Arm64Image kernel = (Arm64Image) KernelFile.parse(Content.ofFile(file));
        assertThat(kernel.header().loadOffset()).isZero();
        assertThat(kernel.header().flags()).isEqualTo(0xa);
        assertThat(kernel.header().obstacles(Arm64Cpu.running(ByteOrder.LITTLE_ENDIAN, 4096)))
                .isEmpty();
        assertThat(kernel.header().generation()).isEqualTo(Arm64Header.Generation.FROM_4_6);
        assertThat(kernel.isSigned()).isTrue();
        assertThat(kernel.content().wholeFile()).contains(file);
        assertThat(kernel.content().size() - kernel.code().size()).isEqualTo(CERTIFICATES);
        assertThat(kernel.header().memorySize() - kernel.code().size()).isBetween(1L, 1L << 20);
        assertThat(kernel.versionString().orElse(""))
                .startsWith(version + ".")
                .contains("(debian-kernel@", " SMP Debian ");
    }
}
