package io.kexec4j.container;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Writes to channels, straight from where the bytes lie. Each method gives the number of bytes. */
final class Streams {
    private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(1 << 16).asReadOnlyBuffer();

    private Streams() {}

    static long copy(ByteBuffer bytes, WritableByteChannel out) throws IOException {
        ByteBuffer left = bytes.duplicate();
        while (left.hasRemaining()) {
            out.write(left);
        }
        return bytes.remaining();
    }

    /** Fails if a file behind the content shrinks meanwhile. */
    static long copy(Content content, WritableByteChannel out) throws IOException {
        return content.read(slices -> {
            long count = 0;
            for (ByteBuffer slice : slices) {
                count += copy(slice, out);
            }
            return count;
        });
    }

    static long zeroes(long count, WritableByteChannel out) throws IOException {
        for (long left = count; left > 0; left -= ZEROES.capacity()) {
            copy(ZEROES.slice(0, (int) Math.min(left, ZEROES.capacity())), out);
        }
        return count;
    }
}
