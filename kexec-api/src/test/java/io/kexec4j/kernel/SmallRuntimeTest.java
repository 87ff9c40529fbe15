package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the class path, in a Java runtime without java.desktop, and without the libraries that are optional. */
class SmallRuntimeTest {
    private static final String MODULES = "java.base,java.logging,jdk.unsupported";

    @TempDir
    private Path directory;

    /** What a program says that runs with only those jars whose name does not begin with one of these. */
    private List<String> run(String... without) throws Exception {
        byte[] elf = ElfImages.x8664().load(0, 0x100000, new byte[5000], 0x2000).bytes();
        List<Object> command = new ArrayList<>();
        List<String> path = new ArrayList<>(List.of("target/test-classes"));
        for (String entry : System.getProperty("jdk.module.path").split(File.pathSeparator, -1)) {
            String name = Path.of(entry).getFileName().toString();
            if (Arrays.stream(without).noneMatch(name::startsWith)) {
                path.add(entry);
            }
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java"));
        command.addAll(List.of("--limit-modules", MODULES, "-cp", String.join(File.pathSeparator, path)));
        command.add(NameKernels.class.getName());
        for (Compression format : Streams.FORMATS) {
            command.add(Files.write(directory.resolve(format.name()), Streams.compress(format, elf)));
        }
        return Tools.run(command.toArray()).lines().toList();
    }

    @Test
    void everyFormatIsReadWithoutJavaDesktop() throws Exception {
        assertThat(run())
                .hasSameSizeAs(Streams.FORMATS)
                .allMatch(line ->
                        line.endsWith(" a 64-bit little-endian ELF executable for x86_64, entry 0x100000, 1 segments"));
    }

    @Test
    void aLibraryThatIsNotThereIsNamed() throws Exception {
        List<String> lines = run("zstd-jni", "commons-compress");
        assertThat(lines).hasSameSizeAs(Streams.FORMATS);
        for (String line : lines) {
            switch (line.substring(0, line.indexOf(' '))) {
                case "ZSTD" -> assertThat(line).contains("UnsupportedCombination", "add com.github.luben:zstd-jni");
                case "BZIP2", "LZ4_FRAME" ->
                    assertThat(line).contains("UnsupportedCombination", "add org.apache.commons:commons-compress");
                default -> assertThat(line).endsWith("1 segments");
            }
        }
    }
}
