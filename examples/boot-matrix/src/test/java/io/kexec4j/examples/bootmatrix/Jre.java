package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Java runtime of a first guest: what jlink makes of a few modules, and, where that runs on this machine, with an archive
 * of the JDK's classes, which saves a guest a third of a second at each start. Made once a build.
 */
final class Jre {
    /** As much as kexec.jar uses; JNA does without java.desktop as long as nobody asks it about windows. */
    private static final String MODULES = "java.base,java.logging,jdk.unsupported";

    private Jre() {}

    /** Adds the runtime as {@code /jre}, with the libraries that it needs. */
    static void addTo(Initramfs initramfs, Root root) throws IOException, InterruptedException {
        Path home = Path.of("target", "jre-" + root.tuple() + "-" + Runtime.version())
                .toAbsolutePath();
        if (!Files.exists(home)) {
            make(home, root);
        }
        try (Stream<Path> files = Files.walk(home)) {
            List<Path> programs = files.filter(
                            file -> file.endsWith("bin/java") || file.toString().endsWith(".so"))
                    .toList();
            initramfs.tree("jre", home).libraries(programs, root);
        }
    }

    private static void make(Path home, Root root) throws IOException, InterruptedException {
        Path unfinished =
                home.resolveSibling("jre-unfinished-" + ProcessHandle.current().pid());
        List<Object> command = new ArrayList<>(root.jlink());
        command.addAll(List.of(
                "--add-modules=" + MODULES,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--output=" + unfinished));
        Commands.run(command.toArray());
        if (root.runsHere()) {
            Commands.run(unfinished.resolve("bin/java"), "-XX:+UseSerialGC", "-Xshare:dump");
        }
        Files.move(unfinished, home);
    }
}
