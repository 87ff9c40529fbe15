package io.kexec4j.fdt;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of a blob, big-endian. Offsets are from its start. What is outside of the array throws, as a last resort: whoever
 * reads has checked that it is not outside of the blob.
 */
final class Blob {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] array;
    private final int start;
    private final int size;

    private Blob(byte[] array, int start, int size) {
        this.array = array;
        this.start = start;
        this.size = size;
    }

    /** The bytes of an array, which must not change. */
    static Blob of(byte[] array) {
        return new Blob(array, 0, array.length);
    }

    /** The bytes from the position of a buffer to its limit: those of its array, if it lets us have that, else copies. */
    static Blob of(ByteBuffer buffer) {
        if (buffer.hasArray()) {
            return new Blob(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        }
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(buffer.position(), copy);
        return of(copy);
    }

    /** A copy of the first bytes, which nobody else can change. */
    Blob copy(int length) {
        return of(Arrays.copyOfRange(array, start, start + length));
    }

    int size() {
        return size;
    }

    byte byteAt(int offset) {
        return array[start + offset];
    }

    int intAt(int offset) {
        return (int) INT.get(array, start + offset);
    }

    long longAt(int offset) {
        return (long) LONG.get(array, start + offset);
    }

    /** Whether a name is the same as another. */
    boolean hasAt(int offset, int length, int other, int otherLength) {
        int name = start + offset;
        int otherName = start + other;
        return Arrays.equals(array, name, name + length, array, otherName, otherName + otherLength);
    }

    /** Whether a name is the same as a part of a text, one character a byte. */
    boolean hasAt(int offset, int length, String text, int from, int to) {
        if (length != to - from) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Byte.toUnsignedInt(byteAt(offset + i)) != text.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }

    /** A string of one character a byte. */
    String latin1(int offset, int length) {
        return new String(array, start + offset, length, StandardCharsets.ISO_8859_1);
    }

    /** Where the next NUL is, or the limit if there is none before it. */
    int nul(int from, int limit) {
        int end = start + limit;
        int at = start + from;
        while (at < end && array[at] != 0) {
            at++;
        }
        return at - start;
    }

    /** A string of one character a byte up to the next NUL, which must be there. */
    String latin1(int offset) {
        return latin1(offset, length(offset));
    }

    /** The number of bytes before the next NUL, which must be there. */
    int length(int offset) {
        return nul(offset, size) - offset;
    }

    ByteBuffer slice(int offset, int length) {
        return ByteBuffer.wrap(array, start + offset, length).slice().asReadOnlyBuffer();
    }

    void copyTo(int offset, int length, byte[] target, int targetOffset) {
        System.arraycopy(array, start + offset, target, targetOffset, length);
    }
}
