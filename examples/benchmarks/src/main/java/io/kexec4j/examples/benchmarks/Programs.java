package io.kexec4j.examples.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The programs that are measured as processes.
 *
 * @param inputs what they are given
 * @param jar the kexec command
 * @param archive its class data archive
 * @param stub a library whose {@code syscall} does nothing and returns 0
 */
record Programs(Inputs inputs, String jar, String archive, String stub) {
    private static final String SERIAL = "-XX:+UseSerialGC";

    /**
     * A way to start the kexec command.
     *
     * @param name for people
     * @param program the command line
     */
    record Cold(String name, Program program) {}

    Program digest() {
        return Program.of("openssl", "dgst", "-sha256", inputs.both().toString());
    }

    Program opensslStart() {
        return Program.of("openssl", "version");
    }

    Program kexecVersion() {
        return Program.of("kexec", "--version");
    }

    /**
     * All that kexec-tools does but the system call, so that nothing is loaded and no kernel must be able to.
     *
     * @throws IllegalStateException if there is no stub: the dynamic linker only warns of that, and the call would be made
     */
    Program kexecTools() {
        if (!Files.isRegularFile(Path.of(stub))) {
            throw new IllegalStateException(
                    "there is no %s, without which kexec -l would load a kernel; build it first".formatted(stub));
        }
        return new Program(
                Map.of("LD_PRELOAD", stub),
                List.of(
                        "kexec",
                        "--kexec-syscall",
                        "-l",
                        inputs.kernel().toString(),
                        "--initrd=" + inputs.initrd(),
                        "--append=root=/dev/sda1"));
    }

    List<Cold> cold() {
        return List.of(
                new Cold("`java -jar kexec.jar --dry-run -l`", java(List.of())),
                new Cold("with `-XX:TieredStopAtLevel=1`", java(List.of("-XX:TieredStopAtLevel=1"))),
                new Cold("with `-XX:+UseSerialGC`", java(List.of(SERIAL))),
                new Cold("with `-XX:+UseSerialGC` and the class data archive", java(archived())),
                new Cold("the same, no digests (`-i`)", java(archived(), "-i")),
                new Cold("the same, `-XX:TieredStopAtLevel=1`", java(archivedC1(), "-i")),
                new Cold("the same, only `-v`", jvm(archivedC1(), "--version")),
                new Cold("a JVM that prints its version", Program.of(launcher(), SERIAL, "-version")));
    }

    private List<String> archived() {
        return List.of(SERIAL, "-XX:SharedArchiveFile=" + archive);
    }

    private List<String> archivedC1() {
        return List.of(SERIAL, "-XX:SharedArchiveFile=" + archive, "-XX:TieredStopAtLevel=1");
    }

    private Program java(List<String> flags, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--dry-run",
                "--target-root",
                inputs.machine().toString(),
                "-l",
                inputs.kernel().toString(),
                "--initrd=" + inputs.initrd(),
                "--append=root=/dev/sda1"));
        arguments.addAll(List.of(more));
        return jvm(flags, arguments.toArray(String[]::new));
    }

    private Program jvm(List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher()));
        command.addAll(flags);
        command.addAll(List.of("-jar", jar));
        command.addAll(List.of(arguments));
        return new Program(Map.of(), command);
    }

    static String launcher() {
        return System.getProperty("java.home") + "/bin/java";
    }
}
