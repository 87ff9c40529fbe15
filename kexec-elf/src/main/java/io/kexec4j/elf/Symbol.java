package io.kexec4j.elf;

/**
 * An entry of a symbol table (Elf32_Sym, Elf64_Sym). Value and size are unsigned; those of a 32-bit file are zero-extended.
 *
 * @param index number of the symbol in its table, 0 for the reserved first one
 * @param name name (st_name), empty for the symbols of sections
 * @param value value (st_value): an offset into its section in a relocatable object, an address elsewhere
 * @param size size in bytes (st_size), 0 if unknown
 * @param type kind of symbol (low four bits of st_info), 0 to 15, such as {@link #STT_FUNC}
 * @param binding how far it is visible to a linker (high four bits of st_info), 0 to 15, such as {@link #STB_GLOBAL}
 * @param other visibility and flags of the architecture (st_other), 0 to 255
 * @param sectionIndex index of the section that it is defined in (st_shndx, or the entry of SHT_SYMTAB_SHNDX where
 *     st_shndx is SHN_XINDEX), 0 if it is not defined in this file. The reserved values from 0xff00 to 0xfffe are
 *     negative here (the 16 bits, sign-extended), so that they cannot be taken for the sections with these numbers: see
 *     {@link #SHN_ABS}.
 * @see <a href="https://gabi.xinuos.com/elf/05-symtab.html">gABI chapter 5, Symbol Table</a>
 */
public record Symbol(
        int index, String name, long value, long size, int type, int binding, int other, int sectionIndex) {

    /** Type of a symbol without one. */
    public static final int STT_NOTYPE = 0;
    /** Type of a variable. */
    public static final int STT_OBJECT = 1;
    /** Type of a function. */
    public static final int STT_FUNC = 2;
    /** Type of a symbol that stands for a section. */
    public static final int STT_SECTION = 3;
    /** Type of a symbol that names a source file. */
    public static final int STT_FILE = 4;
    /** Type of a variable that exists once a thread. */
    public static final int STT_TLS = 6;
    /** Type of a function whose address is computed when the program starts. */
    public static final int STT_GNU_IFUNC = 10;

    /** Binding of a symbol that only its own object file sees. */
    public static final int STB_LOCAL = 0;
    /** Binding of a symbol that all object files see. */
    public static final int STB_GLOBAL = 1;
    /** Binding of a symbol that all object files see, and that may stay undefined. */
    public static final int STB_WEAK = 2;

    /** Section index of a symbol that is not defined in this file. */
    public static final int SHN_UNDEF = 0;
    /** Section index of a symbol whose value is absolute (0xfff1 in the file). */
    public static final int SHN_ABS = (short) 0xfff1;
    /** Section index of a common block that no linker has placed yet (0xfff2 in the file). */
    public static final int SHN_COMMON = (short) 0xfff2;

    static final int SHN_LORESERVE = 0xff00;
    static final int SHN_XINDEX = 0xffff;

    /**
     * {@return the visibility: the low two bits of st_other, 0 (default), 1 (internal), 2 (hidden) or 3 (protected)}
     */
    public int visibility() {
        return other & 3;
    }

    /**
     * {@return whether the symbol is defined in this file: in a section, or as an absolute value}
     */
    public boolean isDefined() {
        return sectionIndex != SHN_UNDEF && sectionIndex != SHN_COMMON;
    }
}
