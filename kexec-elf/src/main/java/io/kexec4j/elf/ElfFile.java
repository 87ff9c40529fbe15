package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An ELF file, 32 or 64 bit, in either byte order.
 *
 * <p>{@link #parse} checks the header and both tables. Everything else (content, symbols, notes, relocations) is checked
 * when it is asked for, so a file with a broken note can still be loaded.
 *
 * <p>Immutable and safe for use by several threads, as long as nobody changes the bytes below. Files are limited to the 2
 * GiB of a ByteBuffer.
 *
 * @see <a href="https://gabi.xinuos.com/">System V ABI (gABI)</a>
 */
public final class ElfFile {
    private final ElfView file;
    private final ElfHeader header;
    private final List<ProgramHeader> programHeaders;
    private final List<Section> sections;

    private ElfFile(ElfView file, ElfHeader header, List<ProgramHeader> programHeaders, List<Section> sections) {
        this.file = file;
        this.header = header;
        this.programHeaders = programHeaders;
        this.sections = sections;
    }

    /**
     * Reads the header, the program headers and the section headers.
     *
     * @param bytes the file: all remaining bytes. They are not copied, and must not change while the result is in use. The
     *     buffer's own position does not move.
     * @return the file
     * @throws ElfFormatException if the header or a table is malformed or does not lie inside the file
     */
    public static ElfFile parse(ByteBuffer bytes) throws ElfFormatException {
        ElfView file = ElfHeader.identify(bytes);
        ElfHeader header = ElfHeader.read(file);
        return new ElfFile(file, header, readProgramHeaders(file, header), readSections(file, header));
    }

    private static List<ProgramHeader> readProgramHeaders(ElfView file, ElfHeader header) throws ElfFormatException {
        int size = header.elfClass().programHeaderSize();
        List<ProgramHeader> result = new ArrayList<>(header.programHeaderCount());
        for (int i = 0; i < header.programHeaderCount(); i++) {
            result.add(ProgramHeader.read(
                    file.slice(header.programHeaderOffset() + (long) i * size, size, "program header")));
        }
        return List.copyOf(result);
    }

    private static List<Section> readSections(ElfView file, ElfHeader header) throws ElfFormatException {
        int size = header.elfClass().sectionHeaderSize();
        StringTable names = null;
        if (header.sectionNameIndex() != 0) {
            long at = header.sectionHeaderOffset() + (long) header.sectionNameIndex() * size;
            Section section = Section.read(file.slice(at, size, "section header"), header.sectionNameIndex(), null);
            names = stringTable(file, header, section);
        }
        List<Section> result = new ArrayList<>(header.sectionCount());
        for (int i = 0; i < header.sectionCount(); i++) {
            ElfView entry = file.slice(header.sectionHeaderOffset() + (long) i * size, size, "section header");
            result.add(Section.read(entry, i, names));
        }
        return List.copyOf(result);
    }

    private static StringTable stringTable(ElfView file, ElfHeader header, Section section) throws ElfFormatException {
        verify(
                section.type() == Section.SHT_STRTAB,
                field(header, section, Section.Field.TYPE),
                "names must lie in a section of type SHT_STRTAB");
        return new StringTable(slice(file, header, section, "string table"));
    }

    /**
     * {@return the header}
     */
    public ElfHeader header() {
        return header;
    }

    /**
     * {@return the program headers in the order of the file, unmodifiable; empty in a relocatable object}
     */
    public List<ProgramHeader> programHeaders() {
        return programHeaders;
    }

    /**
     * {@return the sections in the order of the file, unmodifiable; the position in the list is the index, so the first
     * is the reserved section 0}
     */
    public List<Section> sections() {
        return sections;
    }

    /**
     * {@return the first section with this name, or empty}
     *
     * @param name a name such as ".text"
     */
    public Optional<Section> section(String name) {
        return sections.stream().filter(section -> section.name().equals(name)).findFirst();
    }

    /**
     * Returns the bytes of a section as they are in the file, compressed or not.
     *
     * @param section a section of this file
     * @return a read-only view in the file's byte order; empty for types without bytes in the file (SHT_NOBITS, SHT_NULL)
     * @throws ElfFormatException if sh_offset and sh_size do not lie inside the file
     */
    public ByteBuffer content(Section section) throws ElfFormatException {
        return view(section).buffer();
    }

    /**
     * Returns the bytes of a segment in the file: p_filesz of them, to be followed by zeroes up to p_memsz.
     *
     * @param segment a program header of this file
     * @return a read-only view in the file's byte order
     * @throws ElfFormatException if p_offset and p_filesz do not lie inside the file
     * @throws IllegalArgumentException if they do not, and the program header is none of this file
     */
    public ByteBuffer content(ProgramHeader segment) throws ElfFormatException {
        return slice(segment, "segment").buffer();
    }

    /**
     * Reads the symbol table (SHT_SYMTAB), of which a file has at most one.
     *
     * @return the symbols in the order of the file, so that the position in the list is the index; empty if there is no
     *     symbol table
     * @throws ElfFormatException see {@link #symbols(Section)}
     */
    public List<Symbol> symbols() throws ElfFormatException {
        Optional<Section> table = symbolTable();
        return table.isPresent() ? symbols(table.get()) : List.of();
    }

    Optional<Section> symbolTable() {
        return sections.stream()
                .filter(section -> section.type() == Section.SHT_SYMTAB)
                .findFirst();
    }

    /**
     * Reads a symbol table.
     *
     * @param table a section of this file, of type SHT_SYMTAB or SHT_DYNSYM
     * @return the symbols in the order of the file, so that the position in the list is the index
     * @throws ElfFormatException if the table, its string table or its extended section indexes do not lie inside the
     *     file, if a name has no end, or if a symbol names a section that does not exist
     * @throws IllegalArgumentException if the section is no symbol table
     */
    public List<Symbol> symbols(Section table) throws ElfFormatException {
        if (!isSymbolTable(table)) {
            throw new IllegalArgumentException("not a symbol table: " + table);
        }
        return SymbolReader.read(this, table, stringTable(file, header, linked(table)));
    }

    /**
     * Reads all notes: those in segments of type PT_NOTE and those in sections of type SHT_NOTE, in the order of the
     * file. A note that is in both is returned once.
     *
     * @return the notes, empty if there are none
     * @throws ElfFormatException if a note does not lie inside its segment or section, or if they are aligned to more than
     *     4 bytes but not to 8
     */
    public List<Note> notes() throws ElfFormatException {
        return NoteReader.read(this);
    }

    /**
     * Reads a table of relocations.
     *
     * @param table a section of this file, of type SHT_REL or SHT_RELA
     * @return the relocations in the order of the file
     * @throws ElfFormatException if the table does not lie inside the file, or if a relocation names a symbol that the
     *     linked symbol table does not have
     * @throws IllegalArgumentException if the section is no table of relocations
     */
    public List<Relocation> relocations(Section table) throws ElfFormatException {
        boolean addend = table.type() == Section.SHT_RELA;
        if (!addend && table.type() != Section.SHT_REL) {
            throw new IllegalArgumentException("not a table of relocations: " + table);
        }
        int size = header.elfClass().relocationSize(addend);
        long symbols = symbolCount(table);
        ElfView bytes = entries(table, size);
        List<Relocation> result = new ArrayList<>(bytes.size() / size);
        for (int at = 0; at < bytes.size(); at += size) {
            Relocation relocation = Relocation.read(bytes.slice(at, size, "relocation"), addend);
            verify(
                    Long.compareUnsigned(Integer.toUnsignedLong(relocation.symbol()), symbols) < 0,
                    bytes.inFile(at),
                    "a relocation must name a symbol of the linked symbol table");
            result.add(relocation);
        }
        return List.copyOf(result);
    }

    /** How many symbols a table of relocations can name: without a symbol table only 0, which stands for none. */
    private long symbolCount(Section relocations) throws ElfFormatException {
        if (relocations.link() == 0) {
            return 1;
        }
        Section table = linked(relocations);
        verify(
                isSymbolTable(table),
                field(relocations, Section.Field.LINK),
                "sh_link of a relocation table must be the index of a symbol table");
        return Long.divideUnsigned(table.size(), header.elfClass().symbolSize());
    }

    private static boolean isSymbolTable(Section section) {
        return section.type() == Section.SHT_SYMTAB || section.type() == Section.SHT_DYNSYM;
    }

    /** The bytes of a section, none where it has none in the file. */
    private ElfView view(Section section) throws ElfFormatException {
        boolean empty = section.type() == Section.SHT_NOBITS || section.type() == Section.SHT_NULL;
        return empty ? file.slice(0, 0, "section") : slice(section, "section");
    }

    /** The section that {@code section} is linked to. */
    private Section linked(Section section) throws ElfFormatException {
        long index = Integer.toUnsignedLong(section.link());
        verify(index < sections.size(), field(section, Section.Field.LINK), "sh_link must be the index of a section");
        return sections.get((int) index);
    }

    /** The bytes of a table whose entries all have {@code size} bytes. */
    ElfView entries(Section table, int size) throws ElfFormatException {
        verify(
                table.entrySize() == size,
                field(table, Section.Field.ENTRY_SIZE),
                "sh_entsize must be the size of the table's entries");
        verify(
                Long.remainderUnsigned(table.size(), size) == 0,
                field(table, Section.Field.SIZE),
                "sh_size of a table must be a multiple of sh_entsize");
        return slice(table, "table");
    }

    /** The bytes from sh_offset on, sh_size of them, whatever the type of the section. */
    ElfView slice(Section section, String what) throws ElfFormatException {
        return slice(file, header, section, what);
    }

    private static ElfView slice(ElfView file, ElfHeader header, Section section, String what)
            throws ElfFormatException {
        return file.slice(
                section.offset(),
                section.size(),
                what,
                field(header, section, Section.Field.OFFSET),
                field(header, section, Section.Field.SIZE));
    }

    /** The bytes from p_offset on, p_filesz of them. */
    ElfView slice(ProgramHeader segment, String what) throws ElfFormatException {
        if (file.covers(segment.offset(), segment.fileSize())) {
            return file.slice(segment.offset(), segment.fileSize(), what);
        }
        int index = programHeaders.indexOf(segment);
        if (index < 0) {
            throw new IllegalArgumentException("not a program header of this file: " + segment);
        }
        long at = headerOffset(index);
        return file.slice(
                segment.offset(),
                segment.fileSize(),
                what,
                at + ProgramHeader.offsetField(header.elfClass()),
                at + ProgramHeader.fileSizeField(header.elfClass()));
    }

    /** Where a program header lies in the file, for messages. */
    long headerOffset(int programHeader) {
        return header.programHeaderOffset()
                + (long) programHeader * header.elfClass().programHeaderSize();
    }

    /** Where a field of the header of a section lies in the file, for messages. */
    long field(Section section, Section.Field field) {
        return field(header, section, field);
    }

    private static long field(ElfHeader header, Section section, Section.Field field) {
        ElfClass elfClass = header.elfClass();
        return header.sectionHeaderOffset()
                + (long) section.index() * elfClass.sectionHeaderSize()
                + field.at(elfClass);
    }

    /** Size of the file in bytes. */
    long size() {
        return file.size();
    }
}
