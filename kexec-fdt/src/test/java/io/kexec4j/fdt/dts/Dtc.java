package io.kexec4j.fdt.dts;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The compiler of the Devicetree project, 1.7.2 or newer, which tests compare with; older ones lose data. The environment
 * variable KEXEC4J_DTC says where it is.
 */
final class Dtc {
    private static final String VARIABLE = "KEXEC4J_DTC";

    private final Path directory;

    private Dtc(Path directory) {
        this.directory = directory;
    }

    static boolean isPresent() {
        String program = System.getenv(VARIABLE);
        return program != null && new File(program).canExecute();
    }

    /** The compiler, which keeps its files in a directory; skips the test if there is none. */
    static Dtc in(Path directory) {
        assumeTrue(isPresent(), VARIABLE + " names no dtc 1.7.2 or newer");
        return new Dtc(directory);
    }

    /** Compiles a source; empty if it is refused. */
    Optional<ByteBuffer> compile(String source, String... options) throws IOException, InterruptedException {
        Path input = directory.resolve("dtc.dts");
        Path output = directory.resolve("dtc.dtb");
        Files.writeString(input, source, StandardCharsets.UTF_8);
        Files.deleteIfExists(output);
        List<String> command = new ArrayList<>(List.of(System.getenv(VARIABLE), "-qq", "-I", "dts", "-O", "dtb", "-o"));
        command.add(output.toString());
        command.addAll(Arrays.asList(options));
        command.add(input.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        process.getInputStream().readAllBytes();
        return process.waitFor() == 0 ? Optional.of(ByteBuffer.wrap(Files.readAllBytes(output))) : Optional.empty();
    }
}
