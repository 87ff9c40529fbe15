package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Content as the stream that decoders want. Knows how far they have read, and lets them take back what they read too far. */
final class ContentInput extends InputStream {
    private static final int CHUNK = 1 << 16;

    /** How many bytes are read from one report to the next. */
    private static final long PERIOD = 4 << 20;

    private final Content content;
    private final Progress progress;
    private byte[] chunk = new byte[0];
    private int next;
    private long position;
    private long nextReport;
    private Runnable failure = () -> {};

    ContentInput(Content content, Progress progress) {
        this.content = content;
        this.progress = progress;
    }

    /** How many bytes have been read. */
    long position() {
        return position;
    }

    /** How many bytes are left. */
    long remaining() {
        return content.size() - position;
    }

    /** Copies the bytes to come without reading them: as many as asked for, or all that are left. */
    byte[] peek(int count) throws IOException {
        return content.copy(position, (int) Math.min(count, remaining()));
    }

    /** Takes back bytes that were read: without reading them once more if they are of the last chunk. */
    void giveBack(int count) {
        position -= count;
        if (count <= next) {
            next -= count;
        } else {
            next = 0;
            chunk = new byte[0];
        }
    }

    @Override
    public int read() throws IOException {
        if (!fill()) {
            return -1;
        }
        position++;
        return Byte.toUnsignedInt(chunk[next++]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, chunk.length - next);
        System.arraycopy(chunk, next, bytes, offset, count);
        next += count;
        position += count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, remaining());
    }

    /** The next byte, 0 to 0xff. */
    int u8() throws IOException {
        int value = read();
        if (value < 0) {
            throw new EOFException("it must not end here");
        }
        return value;
    }

    /** The next 16 bits, little-endian. */
    int u16() throws IOException {
        int low = u8();
        return low | u8() << 8;
    }

    /** The next 32 bits, little-endian. */
    long u32() throws IOException {
        long low = u16();
        return low | (long) u16() << 16;
    }

    private boolean fill() throws IOException {
        if (next == chunk.length) {
            // A copy, since a read from a mapped file that shrinks meanwhile ends in an error that no decoder expects.
            chunk = peek(CHUNK);
            next = 0;
            if (position >= nextReport) {
                nextReport = position + PERIOD;
                report();
            }
        }
        return chunk.length > 0;
    }

    private void report() {
        try {
            progress.report(Progress.Task.DECOMPRESS, position, content.size());
        } catch (RuntimeException e) {
            failure = () -> {
                throw e;
            };
            throw e;
        } catch (Error e) {
            failure = () -> {
                throw e;
            };
            throw e;
        }
    }

    /** Throws what the listener has thrown, if that was what ended a decoder: it says nothing about the stream. */
    void rethrowFailureOfListener() {
        failure.run();
    }
}
