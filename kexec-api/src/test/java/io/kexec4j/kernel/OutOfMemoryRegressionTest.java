package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory that runs out while a kernel is decompressed is the fault of the file or of the settings, and ends nothing else. */
class OutOfMemoryRegressionTest {
    private static final int OUTPUT = 64 << 20;

    @Test
    void theSettingIsNamed(@TempDir Path directory) throws Exception {
        Path file = Files.write(directory.resolve("GZIP"), Streams.compress(Compression.GZIP, new byte[OUTPUT]));
        String path = "target/test-classes" + File.pathSeparator + System.getProperty("jdk.module.path");

        String said = Tools.run(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                "-XX:MaxDirectMemorySize=16m",
                "-cp",
                path,
                NameKernels.class.getName(),
                file);

        assertThat(said.lines().toList()).hasSize(1);
        assertThat(said).contains("MalformedInputException", "bytes of output", "-XX:MaxDirectMemorySize");
    }
}
