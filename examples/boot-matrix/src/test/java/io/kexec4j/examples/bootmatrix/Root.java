package io.kexec4j.examples.bootmatrix;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The root directory that a guest's programs are taken from: that of this machine, or one of the cache, which setup has
 * made of Debian's packages for another architecture.
 *
 * @param folder where it is here
 * @param tuple the name of the folder in {@code lib} that Debian's libraries are in
 * @param jlink what makes a Java runtime of modules for the guest, with its first arguments
 * @param runsHere whether its programs run on this machine
 */
record Root(Path folder, String tuple, List<String> jlink, boolean runsHere) {
    Path busybox() {
        return program("busybox");
    }

    /** A program by its name. */
    Path program(String name) {
        return find(name, List.of("bin", "usr/bin", "sbin", "usr/sbin"));
    }

    /** A shared library by its name, or the loader by its path. */
    Path library(String name) {
        return find(name, List.of("", "lib/" + tuple, "usr/lib/" + tuple, "lib64", "usr/lib64", "lib", "usr/lib"));
    }

    /** The path of a file of it in the guest. */
    String inGuest(Path file) {
        return folder.relativize(file).toString();
    }

    private Path find(String name, List<String> folders) {
        return folders.stream()
                .map(place -> folder.resolve(place).resolve(name.replaceFirst("^/", "")))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseGet(() -> Lab.missing("there is no %s in %s".formatted(name, folder)));
    }
}
