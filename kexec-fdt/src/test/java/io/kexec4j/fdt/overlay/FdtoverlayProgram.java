package io.kexec4j.fdt.overlay;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An fdtoverlay whose results are right: 1.7.1 is the first that keeps the phandles of the base. It is the command in the
 * variable KEXEC4J_FDTOVERLAY, words separated by spaces, or one on the PATH that is new enough.
 */
record FdtoverlayProgram(List<String> command) {
    private static final Pattern VERSION = Pattern.compile("DTC v?(\\d+)\\.(\\d+)\\.(\\d+)");

    /** How a program ended. */
    record Result(int status, String output) {}

    static Optional<FdtoverlayProgram> find() throws IOException, InterruptedException {
        String given = System.getenv("KEXEC4J_FDTOVERLAY");
        if (given != null) {
            return Optional.of(new FdtoverlayProgram(List.of(given.split(" ", -1))));
        }
        FdtoverlayProgram program = new FdtoverlayProgram(List.of("fdtoverlay"));
        return isOnPath() && program.isRight() ? Optional.of(program) : Optional.empty();
    }

    private static boolean isOnPath() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "fdtoverlay")));
    }

    private boolean isRight() throws IOException, InterruptedException {
        Matcher version = VERSION.matcher(run("-V").output());
        return version.find() && number(version) >= 1_007_001;
    }

    private static int number(Matcher version) {
        return (Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2))) * 1000
                + Integer.parseInt(version.group(3));
    }

    Result run(Object... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(command);
        Arrays.stream(arguments).map(Object::toString).forEach(words::add);
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }
}
