package io.kexec4j.fdt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What {@code kexec-fdt/setup} has fetched: the device trees of Debian's kernels, and the newest dtc with its tools. A test that
 * needs something that is not there is skipped; with {@code -Dkexec4j.fdt.required=true} it fails.
 */
public final class Corpus {
    /** Debian's kernels have more; with fewer, something went wrong when they were fetched. */
    private static final int LEAST = 1000;

    private Corpus() {}

    /** How a program ended: its status, and what it wrote to both outputs. */
    public record Result(int status, String output) {}

    /** All real device trees, in the order of their names. */
    public static List<Path> trees() {
        Path folder = cache().resolve("dtb");
        if (!Files.isDirectory(folder)) {
            missing("there are no real device trees");
        }
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> trees = files.filter(file -> file.toString().endsWith(".dtb"))
                    .sorted()
                    .toList();
            if (trees.size() < LEAST) {
                missing("there are only " + trees.size() + " real device trees");
            }
            return trees;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the trees are there, for those who make parameters of them. */
    public static boolean isPresent() {
        return Files.isDirectory(cache().resolve("dtb"));
    }

    /** Whether a program is there, or must be: for a test that has more to do than to compare with it. */
    public static boolean hasTool(String name) {
        return Boolean.getBoolean("kexec4j.fdt.required") || Files.isExecutable(path(name));
    }

    private static Path path(String tool) {
        return cache().resolve(Path.of("dtc", "bin", tool));
    }

    /** A program of the newest dtc: dtc, fdtget, fdtput, fdtoverlay, fdtdump, or with-libfdt, which starts another. */
    public static Path tool(String name) {
        Path tool = path(name);
        return Files.isExecutable(tool) ? tool : missing("there is no " + name);
    }

    /** Runs a program with nothing to read. */
    public static Result run(Object... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(Arrays.stream(command).map(Object::toString).toList()).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return new Result(process.waitFor(), output);
    }

    /** Runs a tool of dtc, which must succeed, and gives its output. */
    public static String tool(String name, Object... arguments) throws IOException, InterruptedException {
        List<Object> command = new ArrayList<>(List.of(tool(name)));
        command.addAll(Arrays.asList(arguments));
        Result result = run(command.toArray());
        if (result.status() != 0) {
            return Assertions.fail(command + " ended with " + result.status() + ": " + result.output());
        }
        return result.output();
    }

    private static Path cache() {
        return Optional.ofNullable(System.getenv("KEXEC4J_CACHE"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "kexec4j"));
    }

    private static Path missing(String what) {
        String reason = what + " (run: kexec-fdt/setup)";
        return Boolean.getBoolean("kexec4j.fdt.required") ? Assertions.fail(reason) : Assumptions.abort(reason);
    }
}
