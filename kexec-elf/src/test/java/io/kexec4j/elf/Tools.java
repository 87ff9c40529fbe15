package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Programs on the PATH that tests compare with. */
final class Tools {
    /** How a program ended. */
    record Result(int status, String output) {}

    private Tools() {}

    /** Skips the test unless the tools are there. */
    static void assume(String... tools) {
        for (String tool : tools) {
            assumeTrue(isPresent(tool), tool + " is not on the PATH: apt-get install clang lld binutils");
        }
    }

    private static boolean isPresent(String tool) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }

    /** Runs a program that must succeed, and gives its output. */
    static String run(Object... command) throws IOException, InterruptedException {
        Result result = tryRun(command);
        assertThat(result.status())
                .as("%s:%n%s", Arrays.toString(command), result.output())
                .isZero();
        return result.output();
    }

    static Result tryRun(Object... command) throws IOException, InterruptedException {
        List<String> words = Arrays.stream(command).map(Object::toString).toList();
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    /** Compiles C, or assembles if the source starts with a '.', and gives the object file. */
    static Path compile(Path directory, String target, String source, String... options)
            throws IOException, InterruptedException {
        Path input = directory.resolve(source.startsWith(".") ? "input.s" : "input.c");
        Path output = directory.resolve("input.o");
        Files.writeString(input, source);
        List<Object> command = new ArrayList<>(List.of("clang", "--target=" + target, "-c", input, "-o", output));
        command.addAll(List.of(
                "-Wno-unused-command-line-argument",
                "-ffreestanding",
                "-fno-asynchronous-unwind-tables",
                "-fno-stack-protector"));
        command.addAll(Arrays.asList(options));
        run(command.toArray());
        return output;
    }
}
