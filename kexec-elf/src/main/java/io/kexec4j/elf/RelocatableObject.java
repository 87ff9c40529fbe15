package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * A relocatable object (ET_REL, what a compiler or {@code ld -r} writes) that has been laid out, but has no address yet.
 *
 * <p>Only sections with SHF_ALLOC count. Those with content come first, in the order of the file, each at its alignment; the
 * memory for those without (SHT_NOBITS, .bss) follows. Sections are not merged, and nothing is left out.
 *
 * <p>Everything that does not depend on the address is checked by {@link #of}. What cannot be linked is refused there:
 * undefined symbols that are used (weak ones are 0), common blocks, thread-local storage, relocation types that need a
 * global offset table.
 *
 * <p>Supported are objects
 *
 * <ul>
 *   <li>for x86_64 with the relocation types R_X86_64_NONE, 64, PC32, PLT32, 32, 32S and PC64,
 *   <li>for little-endian AArch64 with the types R_AARCH64_NONE, ABS64, ABS32, ABS16, PREL64, PREL32, PREL16, MOVW_UABS_G0 to G3
 *       and their _NC forms, LD_PREL_LO19, ADR_PREL_LO21, ADR_PREL_PG_HI21, ADR_PREL_PG_HI21_NC, ADD_ABS_LO12_NC,
 *       LDST8_ABS_LO12_NC to LDST128_ABS_LO12_NC, TSTBR14, CONDBR19, JUMP26 and CALL26,
 *   <li>for ppc64, in both byte orders, with the types R_PPC64_NONE, ADDR32, ADDR64, ADDR16, ADDR16_LO, HI, HA, HIGH, HIGHER,
 *       HIGHERA, HIGHEST, HIGHESTA, DS and LO_DS, REL14, REL24, REL24_NOTOC, REL32, REL64, REL16, REL16_LO, HI and HA, TOC,
 *       TOC16, TOC16_LO, HI, HA, DS and LO_DS, PCREL34 and PCREL_OPT (which changes nothing).
 * </ul>
 *
 * <h2>ppc64</h2>
 *
 * <p>The object needs no symbol {@code .TOC.}: the linker defines it. It is the TOC base, which register 2 holds while code of the
 * object runs: 0x8000 bytes after .got or .toc (after the object's first byte if there is neither), whichever comes first, rounded
 * down to a multiple of 256. {@link LinkedObject#symbolAddress} gives it by that name.
 *
 * <p>Which version of the ABI an object follows is in e_flags: 2 for ELFv2, where the symbol of a function is the address of its
 * first instruction, and where this address must be in register 12 when it is entered from outside, so that it can compute the
 * TOC base. Branches inside of the object skip this part, and so the file must say in st_other how long it is; those that only a
 * stub could make are refused. With version 1, or none and a section .opd, the symbol of a function {@code start} is that of its
 * descriptor: three doublewords in .opd, of which the first is the address of the code, and the second the TOC base. The address
 * of the code is that of a symbol which the linker defines, {@code .start}.
 *
 * <p>Immutable. The file's bytes are not needed any more once this object exists.
 *
 * @see <a href="https://gabi.xinuos.com/elf/06-reloc.html">gABI chapter 6, Relocation</a>
 * @see <a href="https://gitlab.com/x86-psABIs/x86-64-ABI">x86-64 psABI, section 4.4 Relocation</a>
 * @see <a href="https://github.com/ARM-software/abi-aa/blob/main/aaelf64/aaelf64.rst">ELF for the Arm 64-bit Architecture,
 *     section 5.7 Relocation</a>
 * @see <a href="https://openpowerfoundation.org/specifications/64bitelfabi/">64-Bit ELF V2 ABI Specification for Power, section
 *     3.5 Relocation</a>
 * @see <a href="https://refspecs.linuxfoundation.org/ELF/ppc64/PPC-elf64abi.html">64-bit PowerPC ELF ABI Supplement 1.9</a>
 */
public final class RelocatableObject {
    private final ElfHeader header;
    private final SectionLayout layout;
    private final long alignment;
    private final long globalPointer;
    private final byte[] template;
    private final List<Fixup> fixups;
    private final Map<String, LinkedObject.Definition> definitions;

    private RelocatableObject(
            ElfHeader header,
            SectionLayout layout,
            ObjectAbi abi,
            byte[] template,
            List<Fixup> fixups,
            Map<String, LinkedObject.Definition> definitions) {
        this.header = header;
        this.layout = layout;
        this.alignment = Math.max(layout.alignment(), abi.alignment());
        this.globalPointer = abi.globalPointer();
        this.template = template;
        this.fixups = fixups;
        this.definitions = definitions;
    }

    /**
     * Lays an object out.
     *
     * @param file a file of type ET_REL for a supported architecture
     * @return the object
     * @throws ElfFormatException if the file is of another type or architecture, if a section, symbol or relocation is
     *     malformed, if a symbol that is used is not defined, if a relocation type is unknown, if a section with
     *     content is aligned to more than 64 KiB, or if the content exceeds 64 MiB
     */
    public static RelocatableObject of(ElfFile file) throws ElfFormatException {
        ElfHeader header = file.header();
        Relocator relocator = Relocator.of(header)
                .orElseThrow(() -> new ElfFormatException(
                        ElfHeader.MACHINE_OFFSET,
                        "objects of this architecture cannot be linked: e_machine %d, %s, %s"
                                .formatted(header.machine(), header.elfClass(), header.order())));
        return of(file, relocator);
    }

    static RelocatableObject of(ElfFile file, Relocator relocator) throws ElfFormatException {
        verify(
                file.header().type() == ElfHeader.ET_REL,
                ElfHeader.TYPE_OFFSET,
                "only relocatable objects (ET_REL) can be linked");
        SectionLayout layout = SectionLayout.of(file);
        ObjectReader reader = new ObjectReader(file, layout, relocator);
        return new RelocatableObject(
                file.header(), layout, reader.abi(), layout.content(), reader.fixups(), reader.definitions());
    }

    /**
     * Reads and lays out an object: {@link ElfFile#parse} and {@link #of}.
     *
     * @param bytes the file: all remaining bytes; the buffer's own position does not move
     * @return the object
     * @throws ElfFormatException as {@link ElfFile#parse} and {@link #of} do
     */
    public static RelocatableObject parse(ByteBuffer bytes) throws ElfFormatException {
        return of(ElfFile.parse(bytes));
    }

    /**
     * {@return the size of the sections with content in bytes, from the load address, at most 64 MiB}
     */
    public long contentSize() {
        return layout.contentSize();
    }

    /**
     * {@return the size of all sections in memory in bytes, from the load address, not negative and at least {@link
     * #contentSize()}; the bytes after the content are zero}
     */
    public long memorySize() {
        return layout.memorySize();
    }

    /**
     * {@return the alignment in bytes that the load address must have: the largest one of a section, a power of two, 1 if
     * there is none; at least 256 for ppc64, whose TOC base is aligned so}
     */
    public long alignment() {
        return alignment;
    }

    /**
     * Links the object at an address. The object itself does not change, so it can be linked several times.
     *
     * @param address physical or virtual address of the first byte, unsigned, a multiple of {@link #alignment()}
     * @return the content for this address
     * @throws ElfFormatException if a relocated value does not fit into its field at this address, or
     *     is not aligned as an instruction wants it; the message names the
     *     relocation type, the symbol, the address and the value
     * @throws IllegalArgumentException if the address is not aligned, or if the object would reach beyond the last
     *     address
     */
    public LinkedObject link(long address) throws ElfFormatException {
        if ((address & (alignment() - 1)) != 0) {
            throw new IllegalArgumentException(
                    "load address 0x%x is not a multiple of 0x%x".formatted(address, alignment()));
        }
        long lastAddress = header.elfClass() == ElfClass.ELF64 ? -1 : 0xffffffffL;
        if (Long.compareUnsigned(address, lastAddress) > 0
                || Long.compareUnsigned(Math.max(memorySize() - 1, 0), lastAddress - address) > 0) {
            throw new IllegalArgumentException("0x%x bytes at load address 0x%x reach beyond address 0x%x"
                    .formatted(memorySize(), address, lastAddress));
        }
        byte[] content = template.clone();
        ByteBuffer buffer = ByteBuffer.wrap(content).order(header.order());
        for (Fixup fixup : fixups) {
            new RelocationSite(buffer, address, address + globalPointer, fixup).apply();
        }
        return new LinkedObject(address, memorySize(), content, definitions);
    }
}
