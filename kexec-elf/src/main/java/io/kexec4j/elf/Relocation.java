package io.kexec4j.elf;

import java.util.OptionalLong;

/**
 * An entry of a relocation table (Elf32_Rel, Elf32_Rela, Elf64_Rel, Elf64_Rela).
 *
 * @param offset where to apply it (r_offset), unsigned: an offset into its section in a relocatable object, an address
 *     elsewhere
 * @param symbol index of the symbol in the linked symbol table (upper part of r_info), 0 for none
 * @param type what to do (lower part of r_info): 8 bits in a 32-bit file, 32 bits in a 64-bit file, with a meaning that
 *     depends on the architecture. MIPS packs three types into it; they are not taken apart.
 * @param addend constant to add (r_addend), signed; empty in a table of type {@link Section#SHT_REL}, whose addends are
 *     stored where the relocation is applied
 * @see <a href="https://gabi.xinuos.com/elf/06-reloc.html">gABI chapter 6, Relocation</a>
 */
public record Relocation(long offset, int symbol, int type, OptionalLong addend) {

    static Relocation read(ElfView entry, boolean addend) throws ElfFormatException {
        long word = entry.wordSize();
        boolean wide = entry.elfClass() == ElfClass.ELF64;
        long info = entry.word(word);
        return new Relocation(
                entry.word(0),
                (int) (info >>> (wide ? 32 : 8)),
                (int) (wide ? info : info & 0xff),
                addend ? OptionalLong.of(entry.signedWord(2 * word)) : OptionalLong.empty());
    }
}
