package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.Corpus;
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
 * The compiler of the Devicetree project, which tests compare with.
 *
 * @param program where it is
 * @param directory where it keeps its files
 */
record Dtc(Path program, Path directory) {
    /** The compiler; skips the test if there is none. */
    static Dtc in(Path directory) {
        return new Dtc(Corpus.tool("dtc"), directory);
    }

    /** Compiles a source; empty if it is refused. */
    Optional<ByteBuffer> compile(String source, String... options) throws IOException, InterruptedException {
        Path input = directory.resolve("dtc.dts");
        Path output = directory.resolve("dtc.dtb");
        Files.writeString(input, source, StandardCharsets.UTF_8);
        Files.deleteIfExists(output);
        List<Object> command = new ArrayList<>(List.of(program, "-qq", "-I", "dts", "-O", "dtb", "-o", output));
        command.addAll(Arrays.asList(options));
        command.add(input);
        return Corpus.run(command.toArray()).status() == 0
                ? Optional.of(ByteBuffer.wrap(Files.readAllBytes(output)))
                : Optional.empty();
    }
}
