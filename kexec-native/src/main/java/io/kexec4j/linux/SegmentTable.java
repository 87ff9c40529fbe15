package io.kexec4j.linux;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Segment;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The array of {@code struct kexec_segment} for a call, and the memory that it points to. The struct is four words: buf,
 * bufsz, mem, memsz. The pointers are valid until it is closed.
 *
 * <p>The kernel wants one contiguous buffer a segment. Content that is one direct buffer, such as a mapped file, is one
 * already, and is not copied. Other content is gathered into native memory.
 */
final class SegmentTable implements AutoCloseable {
    private static final int WORDS = 4;

    private final int wordSize;
    private final Memory table;
    /** What the table points to; held so that nothing of it is unmapped or freed while the kernel reads it. */
    private final List<ByteBuffer> mapped = new ArrayList<>();

    private final List<Memory> gathered = new ArrayList<>();

    /**
     * Writes the table.
     *
     * @param segments at least one
     * @param wordSize size of a pointer in bytes, 4 or 8
     * @throws IOException if a mapped file has shrunk
     * @throws UnsupportedCombinationException if an address does not fit into a word
     */
    SegmentTable(List<Segment> segments, int wordSize) throws IOException {
        this.wordSize = wordSize;
        this.table = new Memory((long) segments.size() * WORDS * wordSize);
        boolean complete = false;
        try {
            for (int i = 0; i < segments.size(); i++) {
                write((long) i * WORDS * wordSize, segments.get(i));
            }
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private void write(long offset, Segment segment) throws IOException {
        Content content = segment.content();
        putWord(offset, content.size() == 0 ? 0 : Pointer.nativeValue(buffer(content)));
        putWord(offset + wordSize, content.size());
        putWord(offset + 2L * wordSize, segment.range().start());
        putWord(offset + 3L * wordSize, segment.range().size());
    }

    private void putWord(long offset, long value) {
        if (wordSize == Long.BYTES) {
            table.setLong(offset, value);
        } else if (value >>> Integer.SIZE == 0) {
            table.setInt(offset, (int) value);
        } else {
            throw new UnsupportedCombinationException(
                    "0x%x is too large for kexec_load from a JVM with 32 bits; use one with 64".formatted(value));
        }
    }

    private Pointer buffer(Content content) throws IOException {
        List<ByteBuffer> slices = content.slices();
        if (slices.size() == 1 && slices.get(0).isDirect()) {
            ByteBuffer only = slices.get(0).slice();
            mapped.add(only);
            return Native.getDirectBufferPointer(only);
        }
        Memory copy = allocate(content.size());
        gathered.add(copy);
        return content.read(pieces -> {
            long offset = 0;
            for (ByteBuffer piece : pieces) {
                int length = piece.remaining();
                copy.getByteBuffer(offset, length).put(piece);
                offset += length;
            }
            return copy;
        });
    }

    private static Memory allocate(long size) throws IOException {
        try {
            return new Memory(size);
        } catch (OutOfMemoryError e) {
            throw new IOException(
                    "there is no memory for %d bytes of a segment that lies in pieces; free some".formatted(size), e);
        }
    }

    /** The address of the first struct. */
    Pointer pointer() {
        return table;
    }

    /** Frees what was allocated. Until here, everything that the table points to stays where it is. */
    @Override
    public void close() {
        try {
            gathered.forEach(Memory::close);
            table.close();
        } finally {
            Reference.reachabilityFence(mapped);
        }
    }
}
