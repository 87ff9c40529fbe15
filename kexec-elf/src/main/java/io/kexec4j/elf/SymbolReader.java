package io.kexec4j.elf;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads symbol tables. */
final class SymbolReader {
    private SymbolReader() {}

    static List<Symbol> read(ElfFile file, Section table, StringTable names) throws ElfFormatException {
        List<Section> sections = file.sections();
        ElfClass elfClass = file.header().elfClass();
        int size = elfClass.symbolSize();
        long word = elfClass.wordSize();
        int info = elfClass == ElfClass.ELF64 ? 4 : 12;
        ElfView bytes = file.entries(table, size);
        ElfView wideIndexes = wideIndexes(file, table);
        List<Symbol> result = new ArrayList<>(bytes.size() / size);
        for (int at = 0; at < bytes.size(); at += size) {
            int index = at / size;
            int section = sectionIndex(bytes.u16(at + info + 2), index, wideIndexes, bytes.inFile(at));
            if (section >= sections.size()) {
                throw new ElfFormatException(
                        bytes.inFile(at + info + 2),
                        "symbol %d is defined in section %d of %d".formatted(index, section, sections.size()));
            }
            result.add(new Symbol(
                    index,
                    names.at(bytes.u32(at), bytes.inFile(at)),
                    bytes.word(at + word),
                    bytes.word(at + 2 * word),
                    bytes.u8(at + info) & 15,
                    bytes.u8(at + info) >>> 4,
                    bytes.u8(at + info + 1),
                    section));
        }
        return List.copyOf(result);
    }

    /** The section of type SHT_SYMTAB_SHNDX that belongs to a symbol table, or null. */
    private static @Nullable ElfView wideIndexes(ElfFile file, Section table) throws ElfFormatException {
        for (Section section : file.sections()) {
            if (section.type() == Section.SHT_SYMTAB_SHNDX && section.link() == table.index()) {
                return file.entries(section, 4);
            }
        }
        return null;
    }

    private static int sectionIndex(int shndx, int symbol, @Nullable ElfView wideIndexes, long at)
            throws ElfFormatException {
        if (shndx != Symbol.SHN_XINDEX) {
            return shndx < Symbol.SHN_LORESERVE ? shndx : (short) shndx;
        }
        if (wideIndexes == null) {
            throw new ElfFormatException(at, "st_shndx SHN_XINDEX needs a section of type SHT_SYMTAB_SHNDX");
        }
        long index = wideIndexes.u32(4L * symbol);
        return (int) Math.min(index, Integer.MAX_VALUE);
    }
}
