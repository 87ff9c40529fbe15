package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtHeader;
import io.kexec4j.fdt.FdtLimits;
import io.kexec4j.fdt.dts.DtsParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Reads a tree in any of the forms of dtc. */
final class TreeReader {
    private final Streams streams;
    private final DtcOptions options;
    private final IncludedFiles included;
    private DtcFormat format = DtcFormat.DTS;

    TreeReader(Streams streams, DtcOptions options) {
        this.streams = streams;
        this.options = options;
        this.included = new IncludedFiles(options.include);
    }

    EditableTree read(String file) throws IOException, Failure {
        if (options.input == DtcFormat.FS || (options.input == null && Files.isDirectory(Path.of(file)))) {
            format = DtcFormat.FS;
            included.add(file);
            return new DirectoryTree(warning -> {
                        if (options.quietness() < 1) {
                            streams.errors().println("dtc: WARNING: " + warning);
                        }
                    })
                    .read(Path.of(file));
        }
        ByteBuffer bytes = open(file);
        included.add(file);
        format = options.input == null ? guess(file, bytes) : options.input;
        if (format == DtcFormat.DTB) {
            return Fdt.read(bytes, FdtLimits.NONE).edit();
        }
        String name = file.equals(Streams.STANDARD) ? "<stdin>" : file;
        return DtsParser.parse(name, IncludedFiles.decode(bytes), included, options.source());
    }

    /** What the tree was read from. */
    DtcFormat format() {
        return format;
    }

    /** The names of all files that were read. */
    List<String> files() {
        return included.names();
    }

    private ByteBuffer open(String file) throws Failure {
        try {
            return streams.read(file);
        } catch (IOException e) {
            throw new Failure(1, "FATAL ERROR: Couldn't open \"" + file + "\": " + FileErrors.reason(e));
        }
    }

    private static DtcFormat guess(String file, ByteBuffer bytes) {
        boolean isBlob = bytes.remaining() >= Integer.BYTES && bytes.getInt(0) == FdtHeader.MAGIC;
        return isBlob ? DtcFormat.DTB : DtcFormat.ofName(file).orElse(DtcFormat.DTS);
    }
}
