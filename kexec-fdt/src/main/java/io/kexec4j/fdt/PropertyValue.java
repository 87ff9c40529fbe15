package io.kexec4j.fdt;

import static io.kexec4j.fdt.FdtError.BADVALUE;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The value of a property: bytes, and nothing but bytes. What they mean is known to who reads them, so there are methods to
 * read them as cells (32-bit big-endian numbers), as strings and so on, and factories that make values of the same forms
 * (Devicetree Specification v0.4, section 2.2.4). Two values are equal if their bytes are.
 *
 * <p>What cannot be read as asked throws {@link FdtException} without a place, since a value does not know whose it is:
 * {@link FdtException#placed} adds it.
 *
 * <p>A value of a {@linkplain Fdt flattened tree} is a view of the blob; it copies nothing.
 */
public final class PropertyValue implements Comparable<PropertyValue> {
    /** The value of a property that is only there or not there, such as {@code dma-coherent}. */
    public static final PropertyValue EMPTY = new PropertyValue(Blob.of(new byte[0]), 0, 0);

    private final Blob blob;
    private final int offset;
    private final int length;

    /** A part of a blob. The range must have been checked. */
    PropertyValue(Blob blob, int offset, int length) {
        this.blob = blob;
        this.offset = offset;
        this.length = length;
    }

    /**
     * {@return a value of these bytes, which are copied}
     *
     * @param bytes the bytes
     */
    public static PropertyValue of(byte[] bytes) {
        return ofOwn(bytes.clone());
    }

    /**
     * {@return a value of 32-bit numbers}
     *
     * @param cells the numbers
     */
    public static PropertyValue ofCells(int... cells) {
        byte[] bytes = new byte[Math.multiplyExact(cells.length, Integer.BYTES)];
        ByteBuffer.wrap(bytes).asIntBuffer().put(cells);
        return ofOwn(bytes);
    }

    /**
     * {@return a value of 64-bit numbers, two cells each}
     *
     * @param numbers the numbers
     */
    public static PropertyValue ofU64(long... numbers) {
        byte[] bytes = new byte[Math.multiplyExact(numbers.length, Long.BYTES)];
        ByteBuffer.wrap(bytes).asLongBuffer().put(numbers);
        return ofOwn(bytes);
    }

    /**
     * {@return a string, or a list of them: each in UTF-8 with a NUL at its end}
     *
     * @param strings the strings
     * @throws IllegalArgumentException if one contains a NUL
     */
    public static PropertyValue ofStrings(String... strings) {
        StringBuilder all = new StringBuilder();
        for (String string : strings) {
            if (string.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a string contains a NUL: " + string);
            }
            all.append(string).append('\0');
        }
        return ofOwn(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static PropertyValue ofOwn(byte[] bytes) {
        return new PropertyValue(Blob.of(bytes), 0, bytes.length);
    }

    /**
     * {@return the number of bytes}
     */
    public int size() {
        return length;
    }

    /**
     * {@return whether there are no bytes}
     */
    public boolean isEmpty() {
        return length == 0;
    }

    /**
     * {@return the bytes, as a read-only big-endian buffer of their own position}
     */
    public ByteBuffer bytes() {
        return blob.slice(offset, length);
    }

    /**
     * {@return a copy of the bytes}
     */
    public byte[] toByteArray() {
        byte[] copy = new byte[length];
        blob.copyTo(offset, length, copy, 0);
        return copy;
    }

    /**
     * {@return one byte}
     *
     * @param index which one, from 0
     * @throws IndexOutOfBoundsException if there are not that many
     */
    public byte byteAt(int index) {
        return blob.byteAt(offset + Objects.checkIndex(index, length));
    }

    /**
     * {@return the number that the 4 bytes at a place are, big-endian; the place need not be aligned}
     *
     * @param index the first of the bytes
     * @throws IndexOutOfBoundsException if they do not lie in the value
     */
    public int intAt(int index) {
        return blob.intAt(offset + Objects.checkFromIndexSize(index, Integer.BYTES, length));
    }

    /**
     * {@return the one 32-bit number that this is}
     *
     * @throws FdtException if the value is not 4 bytes long
     */
    public int asU32() throws FdtException {
        verifyForm(length == Integer.BYTES, "a number of 32 bits is 4 bytes long");
        return intAt(0);
    }

    /**
     * {@return the one 64-bit number that this is, in two cells}
     *
     * @throws FdtException if the value is not 8 bytes long
     */
    public long asU64() throws FdtException {
        verifyForm(length == Long.BYTES, "a number of 64 bits is 8 bytes long");
        return blob.longAt(offset);
    }

    /**
     * {@return the number that this is, of one cell or of two: what linux,initrd-start and the like are}
     *
     * @throws FdtException if the value is neither 4 nor 8 bytes long
     */
    public long asNumber() throws FdtException {
        verifyForm(length == Integer.BYTES || length == Long.BYTES, "a number is 4 or 8 bytes long");
        return length == Long.BYTES ? asU64() : Integer.toUnsignedLong(asU32());
    }

    /**
     * {@return the 32-bit numbers that this is}
     *
     * @throws FdtException if the length is not a multiple of 4
     */
    public int[] asCells() throws FdtException {
        verifyForm(length % Integer.BYTES == 0, "cells are 4 bytes long each");
        int[] cells = new int[length / Integer.BYTES];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = intAt(i * Integer.BYTES);
        }
        return cells;
    }

    /**
     * {@return the 64-bit numbers that this is, of two cells each}
     *
     * @throws FdtException if the length is not a multiple of 8
     */
    public long[] asU64s() throws FdtException {
        verifyForm(length % Long.BYTES == 0, "numbers of 64 bits are 8 bytes long each");
        long[] numbers = new long[length / Long.BYTES];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = blob.longAt(offset + i * Long.BYTES);
        }
        return numbers;
    }

    /**
     * {@return the one string that this is, without its NUL}
     *
     * @throws FdtException if the value does not end with its only NUL, or is not UTF-8
     */
    public String asString() throws FdtException {
        List<String> strings = asStrings();
        verifyForm(strings.size() == 1, "one string ends with its only NUL");
        return strings.get(0);
    }

    /**
     * {@return the strings that this is, without their NULs; empty ones count}
     *
     * @throws FdtException if the value is not empty and does not end with a NUL, or is not UTF-8
     */
    public List<String> asStrings() throws FdtException {
        verifyForm(length == 0 || byteAt(length - 1) == 0, "a string ends with a NUL");
        List<String> strings = new ArrayList<>();
        for (int start = 0; start < length; ) {
            int end = start;
            while (byteAt(end) != 0) {
                end++;
            }
            strings.add(decode(start, end - start));
            start = end + 1;
        }
        return List.copyOf(strings);
    }

    private String decode(int start, int size) throws FdtException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(blob.slice(offset + start, size))
                    .toString();
        } catch (CharacterCodingException e) {
            throw FdtException.of(BADVALUE, "a string is UTF-8");
        }
    }

    /** Copies the bytes into an array that has room for them. */
    void copyTo(byte[] target, int targetOffset) {
        blob.copyTo(offset, length, target, targetOffset);
    }

    private void verifyForm(boolean condition, String rule) throws FdtException {
        if (!condition) {
            throw FdtException.of(BADVALUE, rule);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PropertyValue that && bytes().equals(that.bytes());
    }

    /**
     * Compares by the bytes, unsigned, the first ones first; a value that another begins with comes before it. (That there is an
     * order also keeps maps of values fast whose hash codes somebody made the same.)
     */
    @Override
    public int compareTo(PropertyValue other) {
        int common = Math.min(length, other.length);
        for (int i = 0; i < common; i++) {
            int difference = Byte.compareUnsigned(blob.byteAt(offset + i), other.blob.byteAt(other.offset + i));
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(length, other.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + blob.byteAt(offset + i);
        }
        return hash;
    }

    @Override
    public String toString() {
        StringBuilder hex = new StringBuilder("[");
        for (int i = 0; i < Math.min(length, 32); i++) {
            hex.append(i == 0 ? "" : " ").append(String.format("%02x", byteAt(i)));
        }
        return hex.append(length > 32 ? " ... " + length + " bytes]" : "]").toString();
    }
}
