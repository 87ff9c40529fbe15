package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.FdtHeader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files whole, except that of a large one that begins with a blob only the blob is read, as flash images have it. */
final class InputFile {
    private static final long LARGE = 1 << 24;

    private InputFile() {}

    static ByteBuffer read(Path path) throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) <= LARGE) {
            return ByteBuffer.wrap(Files.readAllBytes(path));
        }
        long size = Math.min(Files.size(path), sizeOfBlob(path));
        if (size > Integer.MAX_VALUE - Long.BYTES) {
            throw new IOException(path + ": there are 2 GiB or more to read");
        }
        try (InputStream file = Files.newInputStream(path)) {
            return ByteBuffer.wrap(file.readNBytes((int) size));
        }
    }

    private static long sizeOfBlob(Path path) throws IOException {
        try (DataInputStream file = new DataInputStream(Files.newInputStream(path))) {
            return file.readInt() == FdtHeader.MAGIC ? Integer.toUnsignedLong(file.readInt()) : Long.MAX_VALUE;
        }
    }
}
