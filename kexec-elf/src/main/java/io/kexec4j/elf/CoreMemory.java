package io.kexec4j.elf;

/**
 * A range of the memory of a crashed machine, which the dump kernel is to offer in {@code /proc/vmcore}. A program header of type
 * PT_LOAD in a {@link CoreHeader}.
 *
 * @param virtualAddress where the crashed kernel has the range mapped (p_vaddr); any number, because a kernel of 32 bits does not
 *     map all of its memory, and all ones stand for that
 * @param physicalAddress the physical address that the range has for the crashed kernel, unsigned (p_paddr)
 * @param size size in bytes, unsigned, not 0 (p_filesz and p_memsz)
 * @param offset where the dump kernel reads the range, unsigned (p_offset): the physical address again, or that of a copy if the
 *     range is one that the dump kernel itself needs; an offset in the file in a header that is read from {@code /proc/vmcore}
 */
public record CoreMemory(long virtualAddress, long physicalAddress, long size, long offset) {
    /**
     * Checks the ranges.
     *
     * @param virtualAddress where the crashed kernel has the range mapped
     * @param physicalAddress the physical address that it has for the crashed kernel
     * @param size size in bytes
     * @param offset where the dump kernel reads it
     * @throws IllegalArgumentException if the size is 0, or if the range reaches beyond the last address, be it the physical one or
     *     the one where it is read
     */
    public CoreMemory {
        verifyRange("memory", physicalAddress, size);
        verifyRange("memory to read", offset, size);
    }

    /** Whether a range that is not empty has a last byte whose address is at most {@code largest}; all are unsigned. */
    static boolean ends(long start, long size, long largest) {
        return Long.compareUnsigned(start, largest) <= 0 && Long.compareUnsigned(size - 1, largest - start) <= 0;
    }

    static void verifyRange(String what, long start, long size) {
        if (size == 0) {
            throw new IllegalArgumentException("%s at 0x%x must not be empty".formatted(what, start));
        }
        if (!ends(start, size, -1)) {
            throw new IllegalArgumentException(
                    "%s: 0x%x bytes at 0x%x reach beyond the last address".formatted(what, size, start));
        }
    }
}
