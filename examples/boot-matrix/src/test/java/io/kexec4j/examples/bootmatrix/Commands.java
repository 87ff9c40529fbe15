package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Programs of this machine. */
final class Commands {
    private Commands() {}

    /** The file of a program that is on the {@code PATH}. */
    static Optional<Path> find(String name) {
        return Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs a program that has to succeed. */
    static void run(Object... command) throws IOException, InterruptedException {
        Result result = execute(command);
        if (result.status != 0) {
            throw new IOException(Arrays.toString(command) + " ended with " + result.status + ": " + result.output);
        }
    }

    /** What a program printed, whether it succeeded or not. */
    static String outputOf(Object... command) throws IOException, InterruptedException {
        return execute(command).output;
    }

    private record Result(int status, String output) {}

    private static Result execute(Object... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Arrays.stream(command).map(Object::toString).toList())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
