package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.dts.DtsPrinter;
import io.kexec4j.fdt.dts.DtsStyle;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;

/** Prints source into files: a tree that cannot be printed leaves none, and changes none. */
final class SourceFile {
    private SourceFile() {}

    /** Prints a tree into a file or to standard output. */
    static void write(Streams streams, String name, DeviceTree tree, DtsStyle style) throws IOException {
        if (name.equals(Streams.STANDARD)) {
            Writer writer = streams.text();
            DtsPrinter.print(tree, writer, style);
            writer.flush();
            return;
        }
        try (OutputFile file = OutputFile.open(name);
                Writer writer = Channels.newWriter(file.channel(), StandardCharsets.ISO_8859_1)) {
            DtsPrinter.print(tree, writer, style);
            writer.flush();
            file.finish();
        }
    }
}
