package io.kexec4j.elf;

/**
 * The width of a file's addresses and offsets: byte EI_CLASS of its identification.
 *
 * @see <a href="https://gabi.xinuos.com/elf/02-eheader.html">gABI chapter 2, ELF Identification</a>
 */
public enum ElfClass {
    /** ELFCLASS32: addresses and offsets of 4 bytes. */
    ELF32(1, 4),
    /** ELFCLASS64: addresses and offsets of 8 bytes. */
    ELF64(2, 8);

    private final int code;
    private final int wordSize;

    ElfClass(int code, int wordSize) {
        this.code = code;
        this.wordSize = wordSize;
    }

    /**
     * {@return the value of EI_CLASS, 1 or 2}
     */
    public int code() {
        return code;
    }

    /**
     * {@return the size of an address or offset in bytes, 4 or 8}
     */
    public int wordSize() {
        return wordSize;
    }

    /** Size of Elf32_Ehdr or Elf64_Ehdr. */
    int headerSize() {
        return 40 + 3 * wordSize;
    }

    /** Where e_flags lies. */
    int flagsOffset() {
        return 24 + 3 * wordSize;
    }

    /** Size of Elf32_Phdr or Elf64_Phdr. */
    int programHeaderSize() {
        return this == ELF64 ? 56 : 32;
    }

    /** Size of Elf32_Shdr or Elf64_Shdr. */
    int sectionHeaderSize() {
        return 16 + 6 * wordSize;
    }

    /** Size of Elf32_Sym or Elf64_Sym. */
    int symbolSize() {
        return 8 + 2 * wordSize;
    }

    /** Size of a relocation entry, with or without an addend. */
    int relocationSize(boolean addend) {
        return (addend ? 3 : 2) * wordSize;
    }
}
