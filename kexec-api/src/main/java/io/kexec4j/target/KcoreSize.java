package io.kexec4j.target;

import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.error.MalformedInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How far the head of a core file of 64 bits goes, of which only the beginning has been read yet. */
final class KcoreSize {
    /** The ELF header. */
    static final int SMALLEST = 64;

    private static final int LARGEST = 8 << 20;

    private static final int EI_DATA = 5;
    private static final byte BIG_ENDIAN = 2;
    private static final int PHOFF = 32;
    private static final int PHNUM = 56;
    private static final int PROGRAM_HEADER_SIZE = 56;
    private static final int OFFSET = 8;
    private static final int FILE_SIZE = 32;

    private KcoreSize() {}

    /**
     * The end of the program headers, or if these have been read, of the notes too, in bytes from the start of the file. Whether it is an
     * ELF file at all is not looked at.
     */
    static int of(byte[] head) throws MalformedInputException {
        if (head.length < SMALLEST) {
            return SMALLEST;
        }
        ByteBuffer bytes = ByteBuffer.wrap(head)
                .order(head[EI_DATA] == BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int count = Short.toUnsignedInt(bytes.getShort(PHNUM));
        int end = end(bytes.getLong(PHOFF), (long) count * PROGRAM_HEADER_SIZE, PHOFF);
        if (end > head.length) {
            return end;
        }
        int largest = Math.max(end, SMALLEST);
        for (int i = 0; i < count; i++) {
            int at = end - (count - i) * PROGRAM_HEADER_SIZE;
            if (bytes.getInt(at) == ProgramHeader.PT_NOTE) {
                int notes = end(bytes.getLong(at + OFFSET), bytes.getLong(at + FILE_SIZE), at + OFFSET);
                largest = Math.max(largest, notes);
            }
        }
        return largest;
    }

    private static int end(long start, long size, int field) throws MalformedInputException {
        if (Long.compareUnsigned(start, LARGEST) > 0 || Long.compareUnsigned(size, LARGEST - start) > 0) {
            throw new MalformedInputException(
                    Kcore.FILE,
                    field,
                    "program headers and notes must lie in the first %d bytes of the file".formatted(LARGEST));
        }
        return (int) (start + size);
    }
}
