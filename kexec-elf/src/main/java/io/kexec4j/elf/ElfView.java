package io.kexec4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A bounded window on a file that knows the file's class and byte order. Immutable. Every read is checked against the
 * window, so an offset may be any 64-bit number; a failure is reported at its place in the whole file.
 */
final class ElfView {
    private final String name;
    private final ByteBuffer bytes;
    private final long start;
    private final ElfClass elfClass;

    private ElfView(String name, ByteBuffer bytes, long start, ElfClass elfClass) {
        this.name = name;
        this.bytes = bytes;
        this.start = start;
        this.elfClass = elfClass;
    }

    /** The whole file: the remaining bytes of {@code file}, whose position does not move. */
    static ElfView of(ByteBuffer file, ElfClass elfClass, ByteOrder order) {
        return new ElfView("file", file.slice().asReadOnlyBuffer().order(order), 0, elfClass);
    }

    ElfClass elfClass() {
        return elfClass;
    }

    ByteOrder order() {
        return bytes.order();
    }

    long wordSize() {
        return elfClass.wordSize();
    }

    int size() {
        return bytes.limit();
    }

    /** Where {@code offset} of this window lies in the file. */
    long inFile(long offset) {
        return start + offset;
    }

    /** The window of {@code length} bytes at {@code offset}; both are unsigned. */
    ElfView slice(long offset, long length, String what) throws ElfFormatException {
        return slice(offset, length, what, inFile(offset), inFile(offset));
    }

    /** The same with numbers that stand in the file: an error is reported where the one of them stands that is wrong. */
    ElfView slice(long offset, long length, String what, long offsetField, long lengthField) throws ElfFormatException {
        if (outside(offset, length)) {
            throw new ElfFormatException(
                    outside(offset, 0) ? offsetField : lengthField,
                    "%s: 0x%x bytes at 0x%x do not lie inside the %s of 0x%x bytes"
                            .formatted(what, length, offset, name, size()));
        }
        ByteBuffer part = bytes.slice((int) offset, (int) length).order(bytes.order());
        return new ElfView(what, part, start + offset, elfClass);
    }

    /**
     * Checks that {@code count} entries of {@code entrySize} bytes lie at {@code offset}; offset and count are unsigned
     * numbers that stand in the file at the given places.
     */
    void verifyTable(long offset, long count, int entrySize, String what, long offsetField, long countField)
            throws ElfFormatException {
        boolean misplaced = outside(offset, 0);
        if (misplaced || Long.compareUnsigned(count, (size() - offset) / entrySize) > 0) {
            throw new ElfFormatException(
                    misplaced ? offsetField : countField,
                    "%s: %s entries of %d bytes at 0x%x do not lie inside the %s of 0x%x bytes"
                            .formatted(what, Long.toUnsignedString(count), entrySize, offset, name, size()));
        }
    }

    /** A read-only buffer over this window, in the file's byte order. */
    ByteBuffer buffer() {
        return bytes.duplicate().order(bytes.order());
    }

    int u8(long offset) throws ElfFormatException {
        return Byte.toUnsignedInt(bytes.get(check(offset, 1)));
    }

    int u16(long offset) throws ElfFormatException {
        return Short.toUnsignedInt(bytes.getShort(check(offset, 2)));
    }

    int i32(long offset) throws ElfFormatException {
        return bytes.getInt(check(offset, 4));
    }

    long u32(long offset) throws ElfFormatException {
        return Integer.toUnsignedLong(i32(offset));
    }

    long i64(long offset) throws ElfFormatException {
        return bytes.getLong(check(offset, 8));
    }

    /** An address, offset or size: 4 bytes, zero-extended, or 8 bytes. */
    long word(long offset) throws ElfFormatException {
        return elfClass == ElfClass.ELF64 ? i64(offset) : u32(offset);
    }

    /** An addend: 4 bytes, sign-extended, or 8 bytes. */
    long signedWord(long offset) throws ElfFormatException {
        return elfClass == ElfClass.ELF64 ? i64(offset) : i32(offset);
    }

    /** The index of the first NUL at or after {@code offset}, a number that stands in the file at {@code field}. */
    int indexOfNul(long offset, long field) throws ElfFormatException {
        slice(offset, 1, "string", field, field);
        for (int i = (int) offset; i < size(); i++) {
            if (bytes.get(i) == 0) {
                return i;
            }
        }
        throw new ElfFormatException(inFile(offset), "a string must end with a NUL inside its string table");
    }

    /** The bytes from {@code from} to {@code to}, which are known to lie inside, as UTF-8; malformed bytes become U+FFFD. */
    String text(int from, int to) {
        return StandardCharsets.UTF_8.decode(bytes.slice(from, to - from)).toString();
    }

    private int check(long offset, int length) throws ElfFormatException {
        if (outside(offset, length)) {
            throw new ElfFormatException(
                    inFile(offset),
                    "%d bytes at 0x%x do not lie inside the %s of 0x%x bytes".formatted(length, offset, name, size()));
        }
        return (int) offset;
    }

    /** Whether {@code length} bytes at {@code offset} lie inside; both are unsigned. */
    boolean covers(long offset, long length) {
        return !outside(offset, length);
    }

    private boolean outside(long offset, long length) {
        return offset < 0 || length < 0 || offset > size() - length;
    }
}
