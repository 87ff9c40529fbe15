package io.kexec4j.elf;

/**
 * Where the notes of a crashed machine lie: those of one processor, which it fills with its registers when it stops, or those of
 * its kernel (see {@link Vmcoreinfo}). A program header of type PT_NOTE in a {@link CoreHeader}.
 *
 * @param address where the dump kernel reads them, unsigned (p_offset): the physical address in a header that is written for a
 *     dump kernel, an offset in the file in one that is read from {@code /proc/vmcore}
 * @param size room for the notes in bytes, unsigned, not 0 (p_filesz and p_memsz)
 */
public record CoreNotes(long address, long size) {
    /**
     * Checks the range.
     *
     * @param address where the notes lie
     * @param size room for them in bytes
     * @throws IllegalArgumentException if the size is 0, or if the range reaches beyond the last address
     */
    public CoreNotes {
        CoreMemory.verifyRange("notes", address, size);
    }
}
