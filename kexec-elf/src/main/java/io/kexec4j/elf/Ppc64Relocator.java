package io.kexec4j.elf;

import static java.util.Map.entry;

import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;

/**
 * The relocations that static code for 64-bit Power needs, in both byte orders and both versions of its ABI.
 *
 * <p>Immediate values of instructions are replaced, not added to. The places of most relocations are the 16 bits of the immediate
 * value, which come first in a little-endian instruction and last in a big-endian one. The suffixes are those of the
 * specification: lo is the low 16 bits of a value, hi the next ones, and ha is hi plus one if the processor sign-extends lo
 * to a negative number.
 *
 * @see <a href="https://openpowerfoundation.org/specifications/64bitelfabi/">64-Bit ELF V2 ABI Specification, section 3.5.3
 *     "Relocation Types Table"</a>
 * @see <a href="https://refspecs.linuxfoundation.org/ELF/ppc64/PPC-elf64abi.html">64-bit PowerPC ELF ABI Supplement 1.9, section
 *     4.5.1 "Relocation Types"</a>
 */
final class Ppc64Relocator extends TableRelocator {
    static final int ADDR64 = 38;
    static final int REL24_NOTOC = 116;

    private static final int REL24 = 10;
    private static final int REL14 = 11;
    private static final Set<Integer> BRANCHES = Set.of(REL24, REL14, REL24_NOTOC);

    private static final int INSTRUCTION = 4;
    private static final int WORD_BITS = 32;

    /** Makes up for the sign extension of the low 16 bits. */
    private static final int ADJUSTMENT = 0x8000;

    /** What is stored, before it is cut to the bits of its place. */
    private interface Value {
        long of(RelocationSite site);
    }

    private static final Map<Integer, RelocationType> TYPES = Map.ofEntries(
            entry(0, new RelocationType("R_PPC64_NONE", 0, site -> {})),
            entry(1, new RelocationType("R_PPC64_ADDR32", 4, Ppc64Relocator::address32)),
            entry(3, signed16("R_PPC64_ADDR16", RelocationSite::absolute)),
            entry(4, low("R_PPC64_ADDR16_LO", RelocationSite::absolute)),
            entry(5, high("R_PPC64_ADDR16_HI", 0, RelocationSite::absolute)),
            entry(6, high("R_PPC64_ADDR16_HA", ADJUSTMENT, RelocationSite::absolute)),
            entry(REL24, branch("R_PPC64_REL24", 26)),
            entry(REL14, branch("R_PPC64_REL14", 16)),
            entry(26, new RelocationType("R_PPC64_REL32", 4, site -> site.putSigned32(site.relative()))),
            entry(ADDR64, new RelocationType("R_PPC64_ADDR64", 8, site -> site.put64(site.absolute()))),
            entry(39, part("R_PPC64_ADDR16_HIGHER", WORD_BITS, 0)),
            entry(40, part("R_PPC64_ADDR16_HIGHERA", WORD_BITS, ADJUSTMENT)),
            entry(41, part("R_PPC64_ADDR16_HIGHEST", WORD_BITS + Short.SIZE, 0)),
            entry(42, part("R_PPC64_ADDR16_HIGHESTA", WORD_BITS + Short.SIZE, ADJUSTMENT)),
            entry(44, new RelocationType("R_PPC64_REL64", 8, site -> site.put64(site.relative()))),
            entry(47, signed16("R_PPC64_TOC16", Ppc64Relocator::fromToc)),
            entry(48, low("R_PPC64_TOC16_LO", Ppc64Relocator::fromToc)),
            entry(49, high("R_PPC64_TOC16_HI", 0, Ppc64Relocator::fromToc)),
            entry(50, high("R_PPC64_TOC16_HA", ADJUSTMENT, Ppc64Relocator::fromToc)),
            entry(51, new RelocationType("R_PPC64_TOC", 8, site -> site.put64(site.globalPointer() + site.addend()))),
            entry(56, scaled("R_PPC64_ADDR16_DS", true, RelocationSite::absolute)),
            entry(57, scaled("R_PPC64_ADDR16_LO_DS", false, RelocationSite::absolute)),
            entry(63, scaled("R_PPC64_TOC16_DS", true, Ppc64Relocator::fromToc)),
            entry(64, scaled("R_PPC64_TOC16_LO_DS", false, Ppc64Relocator::fromToc)),
            entry(110, part("R_PPC64_ADDR16_HIGH", Short.SIZE, 0)),
            entry(REL24_NOTOC, branch("R_PPC64_REL24_NOTOC", 26)),
            entry(123, new RelocationType("R_PPC64_PCREL_OPT", 0, site -> {})),
            entry(132, new RelocationType("R_PPC64_PCREL34", 8, Ppc64Relocator::prefixed)),
            entry(249, signed16("R_PPC64_REL16", RelocationSite::relative)),
            entry(250, low("R_PPC64_REL16_LO", RelocationSite::relative)),
            entry(251, high("R_PPC64_REL16_HI", 0, RelocationSite::relative)),
            entry(252, high("R_PPC64_REL16_HA", ADJUSTMENT, RelocationSite::relative)));

    Ppc64Relocator() {
        super("ppc64", ElfHeader.EM_PPC64, TYPES, Set.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN));
    }

    @Override
    public ObjectAbi abi(ElfFile file, SectionLayout layout) throws ElfFormatException {
        return new Ppc64Abi(file, layout);
    }

    /** Whether a type is that of an instruction that goes to a function. */
    static boolean isBranch(int type) {
        return BRANCHES.contains(type);
    }

    /** S + A - .TOC. */
    private static long fromToc(RelocationSite site) {
        return site.absolute() - site.globalPointer();
    }

    /** A value that may be read as signed or as unsigned. */
    private static void address32(RelocationSite site) throws ElfFormatException {
        long value = site.absolute();
        site.verifyRange(value, Integer.MIN_VALUE, 0xffff_ffffL);
        site.put32((int) value);
    }

    private static void verifySigned(RelocationSite site, long value, int bits) throws ElfFormatException {
        site.verifyRange(value, -(1L << (bits - 1)), (1L << (bits - 1)) - 1);
    }

    private static RelocationType signed16(String name, Value value) {
        return new RelocationType(name, Short.BYTES, site -> {
            verifySigned(site, value.of(site), Short.SIZE);
            site.put16((short) value.of(site));
        });
    }

    private static RelocationType low(String name, Value value) {
        return new RelocationType(name, Short.BYTES, site -> site.put16((short) value.of(site)));
    }

    /** Bits 16 to 31 of a value of 32 bits. */
    private static RelocationType high(String name, int adjustment, Value value) {
        return new RelocationType(name, Short.BYTES, site -> {
            long whole = value.of(site);
            site.verifyRange(whole, Integer.MIN_VALUE - (long) adjustment, Integer.MAX_VALUE - (long) adjustment);
            site.put16((short) ((whole + adjustment) >> Short.SIZE));
        });
    }

    /** 16 bits of an address, whatever is above them. */
    private static RelocationType part(String name, int shift, int adjustment) {
        return new RelocationType(
                name, Short.BYTES, site -> site.put16((short) ((site.absolute() + adjustment) >> shift)));
    }

    /** Loads and stores in units of 4 or 16 bytes: the lowest bits belong to the instruction. */
    private static RelocationType scaled(String name, boolean checked, Value value) {
        return new RelocationType(name, Short.BYTES, site -> {
            long offset = value.of(site);
            int unit = isInUnitsOf16(site.instructionAround()) ? 16 : 4;
            if (checked) {
                verifySigned(site, offset, Short.SIZE);
            }
            site.verifyAligned("the offset", offset, unit);
            site.put16((short) ((site.get16() & (unit - 1)) | offset));
        });
    }

    /** Form DQ: lq, and lxv and stxv, which share their primary opcode with instructions of form DS. */
    private static boolean isInUnitsOf16(int instruction) {
        int opcode = instruction >>> 26;
        return opcode == 56 || (opcode == 61 && (instruction & 3) == 1);
    }

    /** A signed number of instructions from this one, in two bits less. */
    private static RelocationType branch(String name, int bits) {
        return new RelocationType(name, INSTRUCTION, site -> {
            site.verifyAligned("the instruction's address", site.place(), INSTRUCTION);
            long value = site.relative();
            verifySigned(site, value, bits);
            site.verifyAligned("the distance", value, INSTRUCTION);
            site.insert(value / INSTRUCTION, 2, bits - 2);
        });
    }

    /** An instruction of two words, the upper 18 bits of whose distance are in the first one. */
    private static void prefixed(RelocationSite site) throws ElfFormatException {
        site.verifyAligned("the instruction's address", site.place(), INSTRUCTION);
        long value = site.relative();
        verifySigned(site, value, 34);
        site.insert(value >> Short.SIZE, 0, 18);
        site.insertInSecondWord(value, 0, Short.SIZE);
    }
}
