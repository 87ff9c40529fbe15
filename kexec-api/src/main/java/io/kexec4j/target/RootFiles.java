package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Small files below a root directory, by their names relative to it. What is wrong with one is said with its name. */
final class RootFiles {
    /** More than any of these files has; a size of 0 is what /proc tells for all of its files. */
    private static final int LARGEST_FILE = 16 << 20;

    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{1,16}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern SIZE = Pattern.compile("[0-9]{1,18}");
    private static final int HEXADECIMAL = 16;
    private static final int LONGEST_NAME_SHOWN = 150;

    private final Path root;

    RootFiles(Path root) {
        this.root = root;
    }

    /** The content of a file, unless there is none. */
    Optional<byte[]> bytes(String name) throws IOException {
        try {
            Optional<byte[]> bytes = head(name, LARGEST_FILE + 1);
            if (bytes.isPresent() && bytes.get().length > LARGEST_FILE) {
                throw malformed(name, "the file must have at most %d bytes".formatted(LARGEST_FILE));
            }
            return bytes;
        } catch (AccessDeniedException e) {
            MalformedInputException denied = malformed(name, "the file can be read by root only");
            denied.initCause(e);
            throw denied;
        }
    }

    /** The same, and nothing either if the file must not be read: a fact that is not needed for all images. */
    Optional<byte[]> bytesIfAllowed(String name) throws IOException {
        Optional<byte[]> bytes = headIfAllowed(name, LARGEST_FILE + 1);
        return bytes.isPresent() && bytes.get().length > LARGEST_FILE ? bytes(name) : bytes;
    }

    /** The same as ISO 8859-1. */
    Optional<String> textIfAllowed(String name) throws IOException {
        return bytesIfAllowed(name).map(RootFiles::text);
    }

    /**
     * At most so many first bytes of a file of any size, unless there is none or it must not be read. Containers put a device in the
     * place of a file to hide it.
     */
    Optional<byte[]> headIfAllowed(String name, int size) throws IOException {
        Path file = root.resolve(name);
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
            return Optional.empty();
        }
        try {
            return head(name, size);
        } catch (FileSystemException e) {
            // Linux says that it is not permitted (EPERM) to open some, which Java has no exception of its own for.
            return Optional.empty();
        }
    }

    private Optional<byte[]> head(String name, int size) throws IOException {
        Path file = root.resolve(name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file)) {
            throw malformed(
                    name, "there must be a file, but this is " + (Files.isDirectory(file) ? "a directory" : "none"));
        }
        try (var in = Files.newInputStream(file)) {
            return Optional.of(in.readNBytes(size));
        }
    }

    /** Whether there is a directory, and not only a link to one. */
    boolean isDirectory(String name) {
        return Files.isDirectory(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    boolean has(String name) {
        return Files.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
    }

    /** The content of a file byte for byte as ISO 8859-1, unless there is no such file. */
    Optional<String> text(String name) throws IOException {
        return bytes(name).map(RootFiles::text);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The one line of a file that must be there. */
    String line(String name) throws IOException {
        return text(name)
                .orElseThrow(() -> malformed(name, "the file is missing"))
                .strip();
    }

    /** The 64-bit number in a file that must be there: {@code 0x} and hexadecimal digits. */
    long address(String name) throws IOException {
        String text = line(name);
        if (!ADDRESS.matcher(text).matches()) {
            throw malformed(
                    name,
                    "a number must be 0x and at most 16 hexadecimal digits: " + MalformedInputException.quote(text));
        }
        return Long.parseUnsignedLong(text.substring(2), HEXADECIMAL);
    }

    /** The same for a file that may be missing. 0 and the last address are what Linux writes if it has none. */
    OptionalLong addressIfKnown(String name) throws IOException {
        if (!has(name)) {
            return OptionalLong.empty();
        }
        long value = address(name);
        return value == 0 || value == -1 ? OptionalLong.empty() : OptionalLong.of(value);
    }

    /** The decimal number in a file that must be there. */
    int number(String name) throws IOException {
        return number(name, line(name));
    }

    static int number(String name, String text) throws MalformedInputException {
        if (!NUMBER.matcher(text).matches()) {
            throw malformed(
                    name, "a number must have at most 9 decimal digits: " + MalformedInputException.quote(text));
        }
        return Integer.parseInt(text);
    }

    /** The same for a number of bytes, of which there may be more. */
    static long size(String name, String text) throws MalformedInputException {
        if (!SIZE.matcher(text).matches()) {
            throw malformed(name, "a size must have at most 18 decimal digits: " + MalformedInputException.quote(text));
        }
        return Long.parseLong(text);
    }

    /** The names in a directory, sorted so that of several errors always the same one is reported; none if it is missing. */
    List<String> names(String directory) throws IOException {
        Path path = root.resolve(directory);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /** The names in a directory of which each is a number, in the order of these numbers. */
    List<Integer> numbers(String directory, int limit) throws IOException {
        List<String> names = names(directory);
        if (names.size() > limit) {
            throw malformed(
                    directory, "the directory must have at most %d entries, has %d".formatted(limit, names.size()));
        }
        for (String name : names) {
            if (!NUMBER.matcher(name).matches()) {
                throw malformed(directory, "the name of an entry must be a number: " + quote(name));
            }
        }
        return names.stream().map(Integer::valueOf).sorted().toList();
    }

    private static String quote(String text) {
        return MalformedInputException.quote(text);
    }

    /** Of a very long name, its end is said. */
    static MalformedInputException malformed(String name, String rule) {
        int cut = Math.max(name.length() - LONGEST_NAME_SHOWN, 0);
        return new MalformedInputException((cut > 0 ? "..." : "") + name.substring(cut), 0, rule);
    }
}
