package io.kexec4j.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The head of a file, where looking behind its end finds nothing instead of failing. */
final class Marks {
    private final ByteBuffer bytes;

    /** Views little-endian bytes. */
    Marks(ByteBuffer bytes) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    int size() {
        return bytes.limit();
    }

    ByteBuffer bytes() {
        return bytes.duplicate().order(bytes.order());
    }

    /** Whether the characters, each one byte, are there. */
    boolean has(long offset, String mark) {
        for (int i = 0; i < mark.length(); i++) {
            if (u8(offset + i) != mark.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    boolean contains(String mark) {
        return StandardCharsets.ISO_8859_1.decode(bytes()).toString().contains(mark);
    }

    /** The byte, or -1. */
    int u8(long offset) {
        return holds(offset, Byte.BYTES) ? Byte.toUnsignedInt(bytes.get((int) offset)) : -1;
    }

    /** The 16-bit value, or -1. */
    int u16(long offset) {
        return holds(offset, Short.BYTES) ? Short.toUnsignedInt(bytes.getShort((int) offset)) : -1;
    }

    /** The 32-bit value, or -1. */
    long u32(long offset) {
        return holds(offset, Integer.BYTES) ? Integer.toUnsignedLong(bytes.getInt((int) offset)) : -1;
    }

    /** The same bytes in the other order. */
    Marks bigEndian() {
        Marks other = new Marks(bytes);
        other.bytes.order(ByteOrder.BIG_ENDIAN);
        return other;
    }

    private boolean holds(long offset, int size) {
        return offset >= 0 && offset <= bytes.limit() - size;
    }
}
