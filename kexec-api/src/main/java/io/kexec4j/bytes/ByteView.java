package io.kexec4j.bytes;

import io.kexec4j.error.MalformedInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A bounds-checked view of binary input in one byte order. Immutable and thread-safe: there is no position. Offsets are in
 * bytes from the start of the view; in errors they are counted from the start of the input, also for a {@link #slice}.
 */
public final class ByteView {
    private final String format;
    private final ByteBuffer buffer;
    private final long base;

    private ByteView(String format, ByteBuffer buffer, long base) {
        this.format = format;
        this.buffer = buffer;
        this.base = base;
    }

    /**
     * Views bytes without copying them.
     *
     * @param format what the bytes are read as, for the messages of errors
     * @param bytes the bytes: all that remain; the position does not move
     * @param order the byte order of every value
     * @return the view
     */
    public static ByteView of(String format, ByteBuffer bytes, ByteOrder order) {
        return new ByteView(format, bytes.slice().asReadOnlyBuffer().order(order), 0);
    }

    /**
     * {@return the number of bytes}
     */
    public long size() {
        return buffer.limit();
    }

    /**
     * {@return the byte at an offset, 0 to 0xff}
     *
     * @param offset where
     * @throws MalformedInputException if it lies outside the input
     */
    public int u8(long offset) throws MalformedInputException {
        return Byte.toUnsignedInt(buffer.get(checked(offset, Byte.BYTES)));
    }

    /**
     * {@return the 16-bit value at an offset, 0 to 0xffff}
     *
     * @param offset where it begins
     * @throws MalformedInputException if part of it lies outside the input
     */
    public int u16(long offset) throws MalformedInputException {
        return Short.toUnsignedInt(buffer.getShort(checked(offset, Short.BYTES)));
    }

    /**
     * {@return the 32-bit value at an offset, 0 to 0xffffffff}
     *
     * @param offset where it begins
     * @throws MalformedInputException if part of it lies outside the input
     */
    public long u32(long offset) throws MalformedInputException {
        return Integer.toUnsignedLong(buffer.getInt(checked(offset, Integer.BYTES)));
    }

    /**
     * {@return the 64-bit value at an offset, unsigned}
     *
     * @param offset where it begins
     * @throws MalformedInputException if part of it lies outside the input
     */
    public long u64(long offset) throws MalformedInputException {
        return buffer.getLong(checked(offset, Long.BYTES));
    }

    /**
     * Views a part.
     *
     * @param offset where the part begins
     * @param size its size in bytes
     * @return the part, whose errors still count from the start of the input
     * @throws MalformedInputException if part of it lies outside the input
     */
    public ByteView slice(long offset, long size) throws MalformedInputException {
        int start = checked(offset, size);
        return new ByteView(format, buffer.slice(start, (int) size).order(buffer.order()), Math.addExact(base, offset));
    }

    /**
     * {@return all bytes, read-only, in the order of this view}
     */
    public ByteBuffer bytes() {
        return buffer.duplicate().order(buffer.order());
    }

    /**
     * Reads a string that ends with a NUL byte.
     *
     * @param offset where it begins
     * @param max the largest number of bytes it may have, without the NUL
     * @return the string, byte for byte as ISO 8859-1
     * @throws MalformedInputException if there is no NUL within {@code max + 1} bytes or within the input
     */
    public String cString(long offset, int max) throws MalformedInputException {
        checked(offset, 0);
        byte[] text = new byte[(int) Math.min(max, size() - offset)];
        buffer.get((int) offset, text);
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        if (length == text.length) {
            verify(length < size() - offset && u8(offset + length) == 0, offset, "a string must end with a NUL byte");
        }
        return new String(text, 0, length, StandardCharsets.ISO_8859_1);
    }

    /**
     * Checks a rule of the format.
     *
     * @param holds whether the rule holds
     * @param offset where it applies
     * @param rule what must hold, and what was found
     * @throws MalformedInputException if it does not hold
     */
    public void verify(boolean holds, long offset, String rule) throws MalformedInputException {
        if (!holds) {
            throw new MalformedInputException(format, base + offset, rule);
        }
    }

    private int checked(long offset, long size) throws MalformedInputException {
        if (offset < 0 || size < 0 || offset > size() - size) {
            throw new MalformedInputException(
                    format,
                    base + offset,
                    "%s bytes must lie within the %d bytes of input"
                            .formatted(Long.toUnsignedString(size), base + size()));
        }
        return (int) offset;
    }
}
