package io.kexec4j.kernel;

import java.util.OptionalInt;

/** Finds multiboot headers: a magic number at a round place near the beginning, and words whose sum is zero. */
final class MultibootMarks {
    private MultibootMarks() {}

    static OptionalInt version1(Marks marks) {
        return find(
                marks,
                Multiboot1Header.MAGIC,
                Multiboot1Header.ALIGNMENT,
                Multiboot1Header.SIZE,
                Multiboot1Header.SEARCH);
    }

    static OptionalInt version2(Marks marks) {
        return find(
                marks,
                Multiboot2Header.MAGIC,
                Multiboot2Header.ALIGNMENT,
                Multiboot2Header.SIZE,
                Multiboot2Header.SEARCH);
    }

    private static OptionalInt find(Marks marks, long magic, int alignment, int size, int search) {
        int end = Math.min(search, marks.size());
        for (int offset = 0; offset <= end - size; offset += alignment) {
            if (marks.u32(offset) == magic && sum(marks, offset, size) == 0) {
                return OptionalInt.of(offset);
            }
        }
        return OptionalInt.empty();
    }

    /** Of all words, in 32 bits. */
    private static int sum(Marks marks, int offset, int size) {
        int sum = 0;
        for (int i = 0; i < size; i += Integer.BYTES) {
            sum += (int) marks.u32(offset + i);
        }
        return sum;
    }
}
