package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.dts.DtsFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what a source includes: beside the file that names it, then in the directories of -i. Notes all that is read. */
final class IncludedFiles implements DtsFiles {
    private final List<Path> directories;
    private final List<String> names = new ArrayList<>();

    IncludedFiles(List<String> directories) {
        this.directories = directories.stream().map(Path::of).toList();
    }

    /** The text of a source. */
    static String decode(ByteBuffer bytes) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("a source is UTF-8 text", e);
        }
    }

    /** Notes a file that was read. */
    void add(String name) {
        names.add(name);
    }

    List<String> names() {
        return List.copyOf(names);
    }

    @Override
    public String resolve(String name, String from) throws IOException {
        try {
            return find(name, from).toString();
        } catch (InvalidPathException e) {
            throw new IOException("no file can have the name " + name, e);
        }
    }

    @Override
    public String text(String name) throws IOException {
        return decode(bytes(name));
    }

    @Override
    public ByteBuffer bytes(String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(name)));
        add(name);
        return bytes;
    }

    private Path find(String name, String from) throws IOException {
        Path first = Optional.ofNullable(Path.of(from).getParent())
                .map(directory -> directory.resolve(name))
                .orElse(Path.of(name));
        if (Files.exists(first)) {
            return first;
        }
        for (Path directory : directories) {
            if (Files.exists(directory.resolve(name))) {
                return directory.resolve(name);
            }
        }
        throw new NoSuchFileException(name);
    }
}
