package io.kexec4j.linux;

import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Files in which the kernel tells about its images, for callers who want an answer or an error. */
final class KexecSysfs {
    private KexecSysfs() {}

    /**
     * A file of {@code /sys/kernel}, under its old name ({@code kexec_NAME}) or its new one ({@code kexec/NAME});
     * empty if the kernel has none.
     *
     * @throws IOException if there is no sysfs
     */
    static Optional<Path> file(Path root, String name) throws IOException {
        Path directory = root.resolve("sys/kernel");
        for (Path file : List.of(directory.resolve("kexec_" + name), directory.resolve("kexec/" + name))) {
            if (Files.exists(file)) {
                return Optional.of(file);
            }
        }
        if (!Files.isDirectory(directory)) {
            throw new IOException("there is no %s to read kexec_%s in; mount sysfs".formatted(directory, name));
        }
        return Optional.empty();
    }

    /** What is 0 or 1. */
    static boolean flag(Path file) throws IOException {
        String text = text(file);
        return switch (text) {
            case "0" -> false;
            case "1" -> true;
            default ->
                throw MalformedInputException.atLine(
                        file.toString(), 1, "must be 0 or 1: " + MalformedInputException.quote(text));
        };
    }

    /** What is a number of bytes. */
    static long bytes(Path file) throws IOException {
        String text = text(file);
        if (!text.matches("\\d{1,18}")) {
            throw MalformedInputException.atLine(
                    file.toString(), 1, "must be a number of bytes: " + MalformedInputException.quote(text));
        }
        return Long.parseLong(text);
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    }
}
