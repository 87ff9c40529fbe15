package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Java runtime of the first guest: what jlink makes of the JDK that runs the tests, reduced to a few modules, and
 * with an archive of the JDK's classes, which saves a guest a third of a second at each start. Made once a build.
 */
final class Jre {
    /** As much as kexec.jar uses; JNA does without java.desktop as long as nobody asks it about windows. */
    private static final String MODULES = "java.base,java.logging,jdk.unsupported";

    private Jre() {}

    /** Adds the runtime as {@code /jre}, with the libraries of this machine that it needs. */
    static void addTo(Initramfs initramfs) throws IOException, InterruptedException {
        Path home = Path.of("target", "jre-" + Runtime.version()).toAbsolutePath();
        if (!Files.exists(home)) {
            make(home);
        }
        initramfs.tree("jre", home);
        List<Path> programs;
        try (Stream<Path> files = Files.walk(home)) {
            programs = files.filter(
                            file -> file.endsWith("bin/java") || file.toString().endsWith(".so"))
                    .toList();
        }
        for (Path program : programs) {
            SharedLibraries.of(program).stream()
                    .filter(library -> !library.startsWith(home))
                    .forEach(initramfs::library);
        }
    }

    private static void make(Path home) throws IOException, InterruptedException {
        Path unfinished =
                home.resolveSibling("jre-unfinished-" + ProcessHandle.current().pid());
        Commands.run(
                Lab.jlink(),
                "--add-modules=" + MODULES,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--output=" + unfinished);
        Commands.run(unfinished.resolve("bin/java"), "-XX:+UseSerialGC", "-Xshare:dump");
        Files.move(unfinished, home);
    }
}
