package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Where decoders put their output: memory outside the heap, in pieces that are made as the output comes, so that no number in
 * a header decides how much is taken.
 */
final class DecodedOutput {
    private static final int SMALLEST_PIECE = 1 << 16;
    private static final int LARGEST_PIECE = 1 << 24;
    private static final int BUFFER = 1 << 16;

    private final long limit;
    private final List<Content> pieces = new ArrayList<>();
    private ByteBuffer piece = ByteBuffer.allocate(0);
    private long size;

    DecodedOutput(long limit) {
        this.limit = limit;
    }

    long size() {
        return size;
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > limit - size) {
            throw new IOException("the output must not exceed the limit of %d bytes".formatted(limit));
        }
        size += length;
        int done = 0;
        while (done < length) {
            if (!piece.hasRemaining()) {
                keep();
                piece = ByteBuffer.allocateDirect(nextPiece(length - done));
            }
            int count = Math.min(length - done, piece.remaining());
            piece.put(bytes, offset + done, count);
            done += count;
        }
    }

    /** All that a decoder gives. */
    void writeAll(InputStream decoder) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = decoder.read(buffer); count >= 0; count = decoder.read(buffer)) {
            write(buffer, 0, count);
        }
    }

    Content content() {
        keep();
        piece = ByteBuffer.allocate(0);
        return Content.concat(pieces);
    }

    /** As much as there is already: so at most half of all memory is unused, and a large output is a few pieces. */
    private int nextPiece(int needed) {
        long wanted = Math.max(SMALLEST_PIECE, Math.min(LARGEST_PIECE, Long.highestOneBit(size)));
        return (int) Math.max(Math.min(needed, LARGEST_PIECE), Math.min(wanted, limit - size + needed));
    }

    private void keep() {
        if (piece.position() > 0) {
            pieces.add(Content.of(piece.flip()));
        }
    }
}
