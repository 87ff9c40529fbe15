package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.FdtLimits;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a command reads and writes: files, and the three streams, of which "-" names the first two. Text of trees is one
 * character a byte, as the library has it.
 *
 * @param in standard input
 * @param out standard output
 * @param errors standard error
 */
record Streams(InputStream in, OutputStream out, PrintWriter errors) {
    /** The name of standard input or output. */
    static final String STANDARD = "-";

    static Streams of(InputStream in, OutputStream out, OutputStream errors) {
        return new Streams(
                new BufferedInputStream(in),
                new BufferedOutputStream(out, 1 << 16),
                new PrintWriter(errors, true, Charset.defaultCharset()));
    }

    /** An argument as text of one character a byte. */
    static String raw(String argument) {
        return new String(argument.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** Standard output for the text of the command itself. */
    PrintWriter writer() {
        return new PrintWriter(out, false, StandardCharsets.UTF_8);
    }

    void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void println(String text) throws IOException {
        print(text);
        out.write('\n');
    }

    /** Standard output as a target of text. */
    Writer text() {
        return new OutputStreamWriter(out, StandardCharsets.ISO_8859_1);
    }

    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            errors.println(FileErrors.text(e));
        }
        errors.flush();
    }

    /** All bytes of a file or of standard input. */
    ByteBuffer read(String name) throws IOException {
        return name.equals(STANDARD) ? ByteBuffer.wrap(in.readAllBytes()) : InputFile.read(Path.of(name));
    }

    /** All bytes of a file or of standard input, or what the tools say when there are none. */
    ByteBuffer readBlob(String name) throws Failure {
        try {
            return read(name);
        } catch (IOException e) {
            throw new Failure(1, "Couldn't open blob from '" + name + "': " + FileErrors.reason(e));
        }
    }

    /** The tree in a file or in standard input, however deep. */
    Fdt readTree(String name) throws IOException, Failure {
        ByteBuffer blob = readBlob(name);
        try {
            return Fdt.read(blob, FdtLimits.NONE);
        } catch (FdtException e) {
            throw new IOException(name + ": " + FileErrors.text(e), e);
        }
    }

    /** Writes all bytes into a file, which stays as it was if that fails, or to standard output. */
    void write(String name, ByteBuffer bytes) throws IOException {
        if (name.equals(STANDARD)) {
            writeAll(Channels.newChannel(out), bytes);
            return;
        }
        try (OutputFile file = OutputFile.open(name)) {
            writeAll(file.channel(), bytes);
            file.finish();
        }
    }

    /** Writes all bytes into a file or standard output, or says what the tools say when that fails. */
    void writeBlob(String name, ByteBuffer bytes) throws Failure {
        try {
            write(name, bytes);
        } catch (IOException e) {
            throw new Failure(1, "Couldn't write blob to '" + name + "': " + FileErrors.reason(e));
        }
    }

    private static void writeAll(WritableByteChannel target, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            target.write(bytes);
        }
    }
}
