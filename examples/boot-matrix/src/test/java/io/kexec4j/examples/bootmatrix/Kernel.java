package io.kexec4j.examples.bootmatrix;

import io.kexec4j.bytes.Content;
import io.kexec4j.kernel.BzImage;
import io.kexec4j.kernel.Decompression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A kernel of the lab.
 *
 * @param machine that it is for
 * @param file a bzImage, an Image or an ELF file
 * @param release as {@code uname -r} prints it
 */
record Kernel(Machine machine, Path file, String release) {
    static Kernel read(Machine machine, Path file) throws IOException {
        String version = machine.version().of(Content.ofFile(file)).orElseThrow();
        return new Kernel(machine, file, version.split(" ", 2)[0]);
    }

    /** The ELF file in it, as a file in target. */
    Path vmlinux() throws IOException {
        Content vmlinux = BzImage.parse(Content.ofFile(file))
                .vmlinux(Decompression.DEFAULT)
                .content();
        Path extracted = Path.of("target", "vmlinux-" + release);
        try (FileChannel channel = FileChannel.open(
                extracted, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (ByteBuffer slice : vmlinux.slices()) {
                while (slice.hasRemaining()) {
                    channel.write(slice);
                }
            }
        }
        return extracted;
    }
}
