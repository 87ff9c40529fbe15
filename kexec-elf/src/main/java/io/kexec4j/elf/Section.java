package io.kexec4j.elf;

import org.jspecify.annotations.Nullable;

/**
 * A section header (Elf32_Shdr, Elf64_Shdr): one section of a file as a linker sees it. All numbers are unsigned; those of
 * a 32-bit file are zero-extended. Where the content lies in the file is checked only when it is
 * {@linkplain ElfFile#content(Section) read}.
 *
 * @param index number of the section in the file, 0 for the reserved first one
 * @param name name (sh_name), empty if the file has no names of sections
 * @param type kind of content (sh_type), such as {@link #SHT_PROGBITS}; types without a constant here are kept
 * @param flags attributes (sh_flags), see {@link #SHF_ALLOC}
 * @param address address in memory (sh_addr), 0 in a relocatable object
 * @param offset where the content lies, in bytes from the start of the file (sh_offset)
 * @param size size in bytes (sh_size); a section of type {@link #SHT_NOBITS} takes this much memory but no bytes of the file
 * @param link index of a related section (sh_link), such as the string table of a symbol table
 * @param info further information (sh_info), such as the section that relocations apply to
 * @param alignment alignment in bytes (sh_addralign), 0 and 1 mean none
 * @param entrySize size of an entry in bytes (sh_entsize), 0 if the section is no table
 * @see <a href="https://gabi.xinuos.com/elf/03-sheader.html">gABI chapter 3, Section Header</a>
 */
public record Section(
        int index,
        String name,
        int type,
        long flags,
        long address,
        long offset,
        long size,
        int link,
        int info,
        long alignment,
        long entrySize) {

    /** sh_type of an entry that is not in use. */
    public static final int SHT_NULL = 0;
    /** sh_type of a program's code and data. */
    public static final int SHT_PROGBITS = 1;
    /** sh_type of the symbol table. */
    public static final int SHT_SYMTAB = 2;
    /** sh_type of a string table. */
    public static final int SHT_STRTAB = 3;
    /** sh_type of relocations with addends. */
    public static final int SHT_RELA = 4;
    /** sh_type of notes. */
    public static final int SHT_NOTE = 7;
    /** sh_type of memory without content in the file, such as .bss. */
    public static final int SHT_NOBITS = 8;
    /** sh_type of relocations without addends. */
    public static final int SHT_REL = 9;
    /** sh_type of the symbols needed for dynamic linking. */
    public static final int SHT_DYNSYM = 11;
    /** sh_type of section indexes that do not fit into 16 bits, one for each symbol of a table. */
    public static final int SHT_SYMTAB_SHNDX = 18;
    /** sh_type of relative relocations as a bitmap. */
    public static final int SHT_RELR = 19;

    /** Flag in sh_flags: writable while the program runs. */
    public static final long SHF_WRITE = 1;
    /** Flag in sh_flags: takes memory while the program runs. */
    public static final long SHF_ALLOC = 2;
    /** Flag in sh_flags: holds instructions. */
    public static final long SHF_EXECINSTR = 4;
    /** Flag in sh_flags: one copy for each thread. */
    public static final long SHF_TLS = 0x400;
    /** Flag in sh_flags: the content is compressed. */
    public static final long SHF_COMPRESSED = 0x800;

    /** A field of a section header. */
    enum Field {
        NAME(0, 0),
        TYPE(4, 0),
        FLAGS(8, 0),
        ADDRESS(8, 1),
        OFFSET(8, 2),
        SIZE(8, 3),
        LINK(8, 4),
        INFO(12, 4),
        ALIGNMENT(16, 4),
        ENTRY_SIZE(16, 5);

        private final int bytes;
        private final int words;

        Field(int bytes, int words) {
            this.bytes = bytes;
            this.words = words;
        }

        /** Where it lies in the header, in bytes from its start. */
        long at(ElfClass elfClass) {
            return bytes + (long) words * elfClass.wordSize();
        }
    }

    /**
     * {@return whether all the given flags are set}
     *
     * @param mask one or more SHF_ flags
     */
    public boolean has(long mask) {
        return (flags & mask) == mask;
    }

    /** Reads a header; without a table of names the name is empty. */
    static Section read(ElfView header, int index, @Nullable StringTable names) throws ElfFormatException {
        ElfClass elfClass = header.elfClass();
        return new Section(
                index,
                names == null ? "" : names.at(header.u32(0), header.inFile(0)),
                header.i32(Field.TYPE.at(elfClass)),
                header.word(Field.FLAGS.at(elfClass)),
                header.word(Field.ADDRESS.at(elfClass)),
                header.word(Field.OFFSET.at(elfClass)),
                header.word(Field.SIZE.at(elfClass)),
                header.i32(Field.LINK.at(elfClass)),
                header.i32(Field.INFO.at(elfClass)),
                header.word(Field.ALIGNMENT.at(elfClass)),
                header.word(Field.ENTRY_SIZE.at(elfClass)));
    }
}
