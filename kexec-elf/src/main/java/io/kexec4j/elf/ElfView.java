package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A bounded window on a file that knows the file's class and byte order. Immutable. Every read is checked against the
 * window, so an offset may be any 64-bit number; a failure is reported at its place in the whole file.
 */
final class ElfView {
    private final ByteBuffer bytes;
    private final long start;
    private final ElfClass elfClass;

    private ElfView(ByteBuffer bytes, long start, ElfClass elfClass) {
        this.bytes = bytes;
        this.start = start;
        this.elfClass = elfClass;
    }

    /** The whole file: the remaining bytes of {@code file}, whose position does not move. */
    static ElfView of(ByteBuffer file, ElfClass elfClass, ByteOrder order) {
        return new ElfView(file.slice().asReadOnlyBuffer().order(order), 0, elfClass);
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
        if (outside(offset, length)) {
            throw new ElfFormatException(
                    inFile(offset),
                    "%s: 0x%x bytes at 0x%x do not fit into 0x%x bytes".formatted(what, length, offset, size()));
        }
        ByteBuffer part = bytes.slice((int) offset, (int) length).order(bytes.order());
        return new ElfView(part, start + offset, elfClass);
    }

    /** The window of {@code count} entries of {@code entrySize} bytes at {@code offset}; offset and count are unsigned. */
    ElfView table(long offset, long count, int entrySize, String what) throws ElfFormatException {
        if (outside(offset, 0) || Long.compareUnsigned(count, (size() - offset) / entrySize) > 0) {
            throw new ElfFormatException(
                    inFile(offset),
                    "%s: %s entries of %d bytes at 0x%x do not fit into 0x%x bytes"
                            .formatted(what, Long.toUnsignedString(count), entrySize, offset, size()));
        }
        return slice(offset, count * entrySize, what);
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

    /** The index of the first NUL at or after {@code offset}. */
    int indexOfNul(long offset) throws ElfFormatException {
        for (int i = check(offset, 1); i < size(); i++) {
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
        verify(!outside(offset, length), inFile(offset), "the file ends too early");
        return (int) offset;
    }

    private boolean outside(long offset, long length) {
        return offset < 0 || length < 0 || offset > size() - length;
    }
}
