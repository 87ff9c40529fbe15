package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.dts.DtsPrinter;
import io.kexec4j.fdt.dts.DtsStyle;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file for source, which is made when the first character is printed: a tree that cannot be printed leaves none. */
final class SourceFile extends Writer {
    private final Path path;
    private @Nullable Writer file;

    private SourceFile(Path path) {
        this.path = path;
    }

    /** Prints a tree into a file or to standard output. */
    static void write(Streams streams, String name, DeviceTree tree, DtsStyle style) throws IOException {
        if (name.equals(Streams.STANDARD)) {
            Writer writer = streams.text();
            DtsPrinter.print(tree, writer, style);
            writer.flush();
        } else {
            try (SourceFile file = new SourceFile(Path.of(name))) {
                DtsPrinter.print(tree, file, style);
            }
        }
    }

    @Override
    public void write(char[] buffer, int offset, int length) throws IOException {
        Writer open = file;
        if (open == null) {
            open = Files.newBufferedWriter(path, StandardCharsets.ISO_8859_1);
            file = open;
        }
        open.write(buffer, offset, length);
    }

    @Override
    public void flush() throws IOException {
        if (file != null) {
            file.flush();
        }
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
