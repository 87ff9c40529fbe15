package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.BlobLayout;
import io.kexec4j.fdt.BlobOptions;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.FdtLimits;
import io.kexec4j.fdt.dts.DtsStyle;
import io.kexec4j.fdt.overlay.Overlays;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the lines of a batch. Fields are one character a byte; names of files are UTF-8. */
final class Batch {
    private final Streams streams;

    /** What was read last, since many lines in a row ask for the same file. */
    private @Nullable Fdt last;

    Batch(Streams streams) {
        this.streams = streams;
    }

    String answer(String line) {
        try {
            return answer(List.of(line.split("\t", -1)));
        } catch (FdtException e) {
            return error(name(e.error()));
        } catch (IOException | InvalidPathException e) {
            return error("IO");
        } catch (TooLargeException e) {
            return error("NOSPACE");
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            e.printStackTrace(streams.errors());
            last = null;
            return error("INTERNAL");
        }
    }

    private String answer(List<String> fields) throws IOException {
        int arguments = fields.size() - 1;
        switch (fields.get(0)) {
            case "check" -> {
                if (arguments == 1) {
                    read(fields.get(1));
                    return "OK";
                }
            }
            case "roundtrip" -> {
                if (arguments == 2) {
                    write(fields.get(2), read(fields.get(1)).edit());
                    return "OK";
                }
            }
            case "dts" -> {
                if (arguments == 2) {
                    SourceFile.write(streams, file(fields.get(2)), read(fields.get(1)), DtsStyle.DEFAULT);
                    return "OK";
                }
            }
            case "overlay" -> {
                if (arguments >= 3) {
                    return overlay(fields.get(1), fields.get(2), fields.subList(3, fields.size()));
                }
            }
            case "lookup" -> {
                if (arguments == 2) {
                    return lookup(fields.get(1), fields.get(2));
                }
            }
            default -> {}
        }
        return error("USAGE");
    }

    private String lookup(String file, String wanted) throws IOException {
        String path = NodePaths.find(read(file), wanted).path();
        // It would not be one field of one line.
        boolean isField = path.chars().noneMatch(c -> c < ' ' || c == 0x7f);
        return isField ? "OK\t" + path : error(FdtError.BADSTRUCTURE.name());
    }

    private String overlay(String base, String out, List<String> overlays) throws IOException {
        Fdt tree = read(base);
        List<Fdt> changes = new ArrayList<>();
        for (String overlay : overlays) {
            changes.add(read(overlay));
        }
        write(out, Overlays.apply(tree, changes));
        return "OK";
    }

    /** Reads a file, but makes no new tree of the same bytes as before: indexes stay. */
    private Fdt read(String name) throws IOException {
        ByteBuffer bytes = streams.read(file(name));
        Fdt known = last;
        if (known != null && known.bytes().equals(bytes)) {
            return known;
        }
        Fdt read = Fdt.read(bytes, FdtLimits.NONE);
        last = read;
        return read;
    }

    private void write(String name, EditableTree tree) throws IOException {
        BlobLayout layout;
        try {
            layout = BlobLayout.of(tree, BlobOptions.DEFAULT);
        } catch (IllegalArgumentException e) {
            throw new TooLargeException(e);
        }
        streams.write(file(name), layout.write());
    }

    /** A blob of more than 2 GiB. */
    private static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooLargeException(Throwable cause) {
            super(cause);
        }
    }

    private static String file(String field) throws IOException {
        String name = new String(field.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        if (name.equals(Streams.STANDARD)) {
            throw new IOException("standard input and output are for the protocol");
        }
        return name;
    }

    /** The name as libfdt knows it. */
    private static String name(FdtError error) {
        return error == FdtError.LIMIT ? FdtError.BADSTRUCTURE.name() : error.name();
    }

    private static String error(String name) {
        return "ERR\t" + name;
    }
}
