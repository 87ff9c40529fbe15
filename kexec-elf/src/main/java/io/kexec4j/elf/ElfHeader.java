package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The header at the start of every ELF file (Elf32_Ehdr, Elf64_Ehdr). Codes are kept as numbers, so that those without a
 * constant here survive; addresses and offsets are unsigned.
 *
 * @param elfClass width of addresses (EI_CLASS)
 * @param order byte order of the headers and, on all but a few machines, of the content (EI_DATA)
 * @param osAbi operating system or ABI (EI_OSABI), 0 to 255
 * @param abiVersion version of that ABI (EI_ABIVERSION), 0 to 255
 * @param type kind of file (e_type), 0 to 0xffff, such as {@link #ET_REL}
 * @param machine architecture (e_machine), 0 to 0xffff, such as {@link #EM_X86_64}
 * @param entry virtual address of the entry point (e_entry), 0 if there is none
 * @param flags flags of the architecture (e_flags)
 * @param headerSize size of this header in bytes as the file states it (e_ehsize)
 * @param programHeaderOffset where the program header table lies, in bytes from the start of the file (e_phoff)
 * @param programHeaderCount number of program headers (e_phnum, or sh_info of section 0 where e_phnum is PN_XNUM)
 * @param sectionHeaderOffset where the section header table lies, in bytes from the start of the file (e_shoff)
 * @param sectionCount number of sections (e_shnum, or sh_size of section 0 where e_shnum is 0)
 * @param sectionNameIndex index of the section that holds the names of sections (e_shstrndx, or sh_link of section 0
 *     where e_shstrndx is SHN_XINDEX), 0 if there is none
 * @see <a href="https://gabi.xinuos.com/elf/02-eheader.html">gABI chapter 2, ELF Header</a>
 */
public record ElfHeader(
        ElfClass elfClass,
        ByteOrder order,
        int osAbi,
        int abiVersion,
        int type,
        int machine,
        long entry,
        int flags,
        int headerSize,
        long programHeaderOffset,
        int programHeaderCount,
        long sectionHeaderOffset,
        int sectionCount,
        int sectionNameIndex) {

    /** e_type of a relocatable object, what a compiler writes. */
    public static final int ET_REL = 1;
    /** e_type of an executable with fixed addresses. */
    public static final int ET_EXEC = 2;
    /** e_type of a shared object or position independent executable. */
    public static final int ET_DYN = 3;
    /** e_type of a core dump. */
    public static final int ET_CORE = 4;

    /** e_machine of Intel 80386. */
    public static final int EM_386 = 3;
    /** e_machine of MIPS. */
    public static final int EM_MIPS = 8;
    /** e_machine of 32-bit PowerPC. */
    public static final int EM_PPC = 20;
    /** e_machine of 64-bit PowerPC. */
    public static final int EM_PPC64 = 21;
    /** e_machine of IBM S/390 and z/Architecture. */
    public static final int EM_S390 = 22;
    /** e_machine of 32-bit Arm. */
    public static final int EM_ARM = 40;
    /** e_machine of AMD x86-64. */
    public static final int EM_X86_64 = 62;
    /** e_machine of 64-bit Arm. */
    public static final int EM_AARCH64 = 183;
    /** e_machine of RISC-V. */
    public static final int EM_RISCV = 243;
    /** e_machine of LoongArch. */
    public static final int EM_LOONGARCH = 258;

    static final int MACHINE_OFFSET = 18;
    static final int TYPE_OFFSET = 16;

    private static final int MAGIC = 0x7f454c46;
    private static final int IDENT_SIZE = 16;
    private static final int EI_CLASS = 4;
    private static final int EI_DATA = 5;
    private static final int EI_VERSION = 6;
    private static final int EI_OSABI = 7;
    private static final int EI_ABIVERSION = 8;
    private static final int EV_CURRENT = 1;
    static final int PN_XNUM = 0xffff;
    private static final int SHN_XINDEX = 0xffff;

    /** Reads the identification: the view through which all else is read. */
    static ElfView identify(ByteBuffer file) throws ElfFormatException {
        ElfView view = ElfView.of(file, ElfClass.ELF32, ByteOrder.BIG_ENDIAN);
        verify(view.size() >= IDENT_SIZE, view.size(), "an ELF file has an identification of 16 bytes");
        verify(view.i32(0) == MAGIC, 0, "an ELF file starts with 7f 45 4c 46");
        int classCode = view.u8(EI_CLASS);
        ElfClass elfClass = Arrays.stream(ElfClass.values())
                .filter(candidate -> candidate.code() == classCode)
                .findFirst()
                .orElseThrow(() -> new ElfFormatException(EI_CLASS, "EI_CLASS must be 1 (32 bit) or 2 (64 bit)"));
        int data = view.u8(EI_DATA);
        verify(data == 1 || data == 2, EI_DATA, "EI_DATA must be 1 (little endian) or 2 (big endian)");
        verify(view.u8(EI_VERSION) == EV_CURRENT, EI_VERSION, "EI_VERSION must be 1");
        return ElfView.of(file, elfClass, data == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    static ElfHeader read(ElfView file) throws ElfFormatException {
        ElfClass elfClass = file.elfClass();
        long words = 3 * file.wordSize();
        ElfView header = file.slice(0, elfClass.headerSize(), "ELF header");
        verify(header.i32(20) == EV_CURRENT, 20, "e_version must be 1");

        long programHeadersField = 24 + file.wordSize();
        long programHeaders = header.word(programHeadersField);
        long sectionHeadersField = 24 + 2 * file.wordSize();
        long sectionHeaders = header.word(sectionHeadersField);
        int programHeaderSize = header.u16(30 + words);
        long programHeaderCount = header.u16(32 + words);
        int sectionHeaderSize = header.u16(34 + words);
        long sectionCount = header.u16(36 + words);
        long sectionNameIndex = header.u16(38 + words);
        long programHeaderCountField = 32 + words;

        if (sectionHeaders == 0) {
            verify(sectionCount == 0, 36 + words, "e_shnum must be 0 where e_shoff is 0");
            verify(programHeaderCount != PN_XNUM, 32 + words, "e_phnum 0xffff needs section 0, but e_shoff is 0");
            verify(sectionNameIndex == 0, 38 + words, "e_shstrndx must be 0 where e_shoff is 0");
        } else {
            verify(
                    sectionHeaderSize == elfClass.sectionHeaderSize(),
                    34 + words,
                    "e_shentsize must be 40 (32 bit) or 64 (64 bit)");
            ElfView zero = file.slice(
                    sectionHeaders, sectionHeaderSize, "section 0", sectionHeadersField, sectionHeadersField);
            Section first = Section.read(zero, 0, null);
            long sectionCountField = 36 + words;
            long sectionNameField = 38 + words;
            if (programHeaderCount == PN_XNUM) {
                programHeaderCount = Integer.toUnsignedLong(first.info());
                programHeaderCountField = zero.inFile(Section.Field.INFO.at(elfClass));
            }
            if (sectionCount == 0) {
                sectionCount = first.size();
                sectionCountField = zero.inFile(Section.Field.SIZE.at(elfClass));
            }
            if (sectionNameIndex == SHN_XINDEX) {
                sectionNameIndex = Integer.toUnsignedLong(first.link());
                sectionNameField = zero.inFile(Section.Field.LINK.at(elfClass));
            }
            file.verifyTable(
                    sectionHeaders,
                    sectionCount,
                    sectionHeaderSize,
                    "section header table",
                    sectionHeadersField,
                    sectionCountField);
            verify(
                    sectionNameIndex == 0 || sectionNameIndex < sectionCount,
                    sectionNameField,
                    "e_shstrndx must be the index of a section");
        }
        if (programHeaderCount != 0) {
            verify(programHeaders != 0, programHeadersField, "e_phoff must not be 0 where there are program headers");
            verify(
                    programHeaderSize == elfClass.programHeaderSize(),
                    30 + words,
                    "e_phentsize must be 32 (32 bit) or 56 (64 bit)");
            file.verifyTable(
                    programHeaders,
                    programHeaderCount,
                    programHeaderSize,
                    "program header table",
                    programHeadersField,
                    programHeaderCountField);
        }
        return new ElfHeader(
                elfClass,
                file.order(),
                header.u8(EI_OSABI),
                header.u8(EI_ABIVERSION),
                header.u16(TYPE_OFFSET),
                header.u16(MACHINE_OFFSET),
                header.word(24),
                header.i32(24 + words),
                header.u16(28 + words),
                programHeaders,
                (int) programHeaderCount,
                sectionHeaders,
                (int) sectionCount,
                (int) sectionNameIndex);
    }
}
