package io.kexec4j.examples.bootmatrix;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A kernel of the lab.
 *
 * @param file an x86 bzImage
 * @param release as {@code uname -r} prints it
 */
record Kernel(Path file, String release) {
    /** Reads the release from the header (Linux, Documentation/arch/x86/boot.rst, kernel_version). */
    static Kernel read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int start = 0x200 + bytes.getShort(0x20e);
        int end = start;
        while (bytes.get(end) != 0 && bytes.get(end) != ' ') {
            end++;
        }
        return new Kernel(file, new String(bytes.array(), start, end - start, StandardCharsets.US_ASCII));
    }
}
