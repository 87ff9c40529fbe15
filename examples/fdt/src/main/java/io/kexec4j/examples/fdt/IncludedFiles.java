package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.dts.DtsFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds what a source includes: beside the file that names it, then in the directories of -i. Notes all that is read. */
final class IncludedFiles implements DtsFiles {
    private final List<Path> directories;
    private final List<String> names = new ArrayList<>();

    /** Where the files are whose names a source gives; a later one of the same name counts. */
    private final Map<String, Path> found = new HashMap<>();

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
    public String text(String name, String from) throws IOException {
        return decode(bytes(name, from));
    }

    @Override
    public ByteBuffer bytes(String name, String from) throws IOException {
        Path path = find(name, from);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
        found.put(name, path);
        add(path.toString());
        return bytes;
    }

    private Path find(String name, String from) throws IOException {
        Path beside = found.getOrDefault(from, Path.of(from));
        Path first = Optional.ofNullable(beside.getParent())
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
