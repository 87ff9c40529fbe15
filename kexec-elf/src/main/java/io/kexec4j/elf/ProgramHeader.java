package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

/**
 * A program header (Elf32_Phdr, Elf64_Phdr): one segment of a file that can be loaded. All numbers are unsigned; those of
 * a 32-bit file are zero-extended. Where the content lies in the file is checked only when it is
 * {@linkplain ElfFile#content(ProgramHeader) read}.
 *
 * @param type kind of segment (p_type), such as {@link #PT_LOAD}; types without a constant here are kept
 * @param flags permissions (p_flags), see {@link #PF_X}
 * @param offset where the content lies, in bytes from the start of the file (p_offset)
 * @param virtualAddress address that the segment is linked for (p_vaddr)
 * @param physicalAddress address where a boot loader places it (p_paddr)
 * @param fileSize size of the content in bytes (p_filesz); for PT_LOAD at most {@code memorySize}
 * @param memorySize size in memory in bytes (p_memsz); what exceeds {@code fileSize} is zero
 * @param alignment alignment in bytes (p_align), 0 and 1 mean none
 * @see <a href="https://gabi.xinuos.com/elf/07-pheader.html">gABI chapter 7, Program Header</a>
 */
public record ProgramHeader(
        int type,
        int flags,
        long offset,
        long virtualAddress,
        long physicalAddress,
        long fileSize,
        long memorySize,
        long alignment) {

    /** p_type of an entry that is not in use. */
    public static final int PT_NULL = 0;
    /** p_type of a segment to load. */
    public static final int PT_LOAD = 1;
    /** p_type of the dynamic linking information. */
    public static final int PT_DYNAMIC = 2;
    /** p_type of the path of the program interpreter. */
    public static final int PT_INTERP = 3;
    /** p_type of notes. */
    public static final int PT_NOTE = 4;

    /** Flag in p_flags: executable. */
    public static final int PF_X = 1;
    /** Flag in p_flags: writable. */
    public static final int PF_W = 2;
    /** Flag in p_flags: readable. */
    public static final int PF_R = 4;

    /** Where p_offset lies in the header, in bytes from its start. */
    static long offsetField(ElfClass elfClass) {
        return elfClass.wordSize();
    }

    /** Where p_paddr lies in the header. */
    static long physicalAddressField(ElfClass elfClass) {
        return 3L * elfClass.wordSize();
    }

    /** Where p_filesz lies in the header. */
    static long fileSizeField(ElfClass elfClass) {
        return 4L * elfClass.wordSize();
    }

    /** Where p_align lies in the header. */
    static long alignmentField(ElfClass elfClass) {
        return elfClass == ElfClass.ELF64 ? 48 : 28;
    }

    static ProgramHeader read(ElfView header) throws ElfFormatException {
        boolean wide = header.elfClass() == ElfClass.ELF64;
        long word = header.wordSize();
        int type = header.i32(0);
        long fileSize = header.word(fileSizeField(header.elfClass()));
        long memorySize = header.word(5 * word);
        verify(
                type != PT_LOAD || Long.compareUnsigned(fileSize, memorySize) <= 0,
                header.inFile(fileSizeField(header.elfClass())),
                "p_filesz of a PT_LOAD segment must not exceed p_memsz");
        return new ProgramHeader(
                type,
                header.i32(wide ? 4 : 24),
                header.word(offsetField(header.elfClass())),
                header.word(2 * word),
                header.word(physicalAddressField(header.elfClass())),
                fileSize,
                memorySize,
                header.word(alignmentField(header.elfClass())));
    }
}
