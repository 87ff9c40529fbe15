package io.kexec4j.elf;

import static java.util.Map.entry;

import java.util.Map;

/**
 * The relocations that static code for AArch64 without a global offset table needs.
 *
 * <p>Immediate values of instructions are replaced, not added to. The letters S, A and P and the function Page are those of
 * the specification; X is the value that is checked.
 *
 * @see <a href="https://github.com/ARM-software/abi-aa/blob/main/aaelf64/aaelf64.rst">ELF for the Arm 64-bit Architecture,
 *     section 5.7 "Relocation"</a>
 */
final class AArch64Relocator extends TableRelocator {
    private static final int INSTRUCTION = 4;

    /** Where the 12-bit immediate of an addition, load or store lies: bits 10 to 21. */
    private static final int IMM12_SHIFT = 10;

    private static final int IMM12_WIDTH = 12;

    /** Where the upper 19 bits, or all but the lowest 2, of a displacement lie: bits 5 to 23. */
    private static final int IMM19_SHIFT = 5;

    private static final int IMM19_WIDTH = 19;

    private static final Map<Integer, RelocationType> TYPES = Map.ofEntries(
            entry(0, new RelocationType("R_AARCH64_NONE", 0, site -> {})),
            entry(257, new RelocationType("R_AARCH64_ABS64", 8, site -> site.put64(site.absolute()))),
            entry(258, new RelocationType("R_AARCH64_ABS32", 4, site -> put32(site, site.absolute()))),
            entry(259, new RelocationType("R_AARCH64_ABS16", 2, site -> put16(site, site.absolute()))),
            entry(260, new RelocationType("R_AARCH64_PREL64", 8, site -> site.put64(site.relative()))),
            entry(261, new RelocationType("R_AARCH64_PREL32", 4, site -> put32(site, site.relative()))),
            entry(262, new RelocationType("R_AARCH64_PREL16", 2, site -> put16(site, site.relative()))),
            entry(263, move("R_AARCH64_MOVW_UABS_G0", 0, true)),
            entry(264, move("R_AARCH64_MOVW_UABS_G0_NC", 0, false)),
            entry(265, move("R_AARCH64_MOVW_UABS_G1", 1, true)),
            entry(266, move("R_AARCH64_MOVW_UABS_G1_NC", 1, false)),
            entry(267, move("R_AARCH64_MOVW_UABS_G2", 2, true)),
            entry(268, move("R_AARCH64_MOVW_UABS_G2_NC", 2, false)),
            entry(269, move("R_AARCH64_MOVW_UABS_G3", 3, false)),
            entry(273, displacement("R_AARCH64_LD_PREL_LO19", IMM19_SHIFT, IMM19_WIDTH)),
            entry(274, instruction("R_AARCH64_ADR_PREL_LO21", AArch64Relocator::address)),
            entry(275, instruction("R_AARCH64_ADR_PREL_PG_HI21", site -> pageAddress(site, true))),
            entry(276, instruction("R_AARCH64_ADR_PREL_PG_HI21_NC", site -> pageAddress(site, false))),
            entry(277, low12("R_AARCH64_ADD_ABS_LO12_NC", 0)),
            entry(278, low12("R_AARCH64_LDST8_ABS_LO12_NC", 0)),
            entry(279, displacement("R_AARCH64_TSTBR14", IMM19_SHIFT, 14)),
            entry(280, displacement("R_AARCH64_CONDBR19", IMM19_SHIFT, IMM19_WIDTH)),
            entry(282, displacement("R_AARCH64_JUMP26", 0, 26)),
            entry(283, displacement("R_AARCH64_CALL26", 0, 26)),
            entry(284, low12("R_AARCH64_LDST16_ABS_LO12_NC", 1)),
            entry(285, low12("R_AARCH64_LDST32_ABS_LO12_NC", 2)),
            entry(286, low12("R_AARCH64_LDST64_ABS_LO12_NC", 3)),
            entry(299, low12("R_AARCH64_LDST128_ABS_LO12_NC", 4)));

    AArch64Relocator() {
        super("aarch64", ElfHeader.EM_AARCH64, TYPES);
    }

    /** A value that may be read as signed or as unsigned. */
    private static void put32(RelocationSite site, long value) throws ElfFormatException {
        site.verifyRange(value, Integer.MIN_VALUE, 0xffff_ffffL);
        site.put32((int) value);
    }

    private static void put16(RelocationSite site, long value) throws ElfFormatException {
        site.verifyRange(value, Short.MIN_VALUE, 0xffff);
        site.put16((short) value);
    }

    private static RelocationType instruction(String name, RelocationType.Formula formula) {
        return new RelocationType(name, INSTRUCTION, site -> {
            site.verifyAligned("the instruction's address", site.place(), INSTRUCTION);
            formula.apply(site);
        });
    }

    /** MOVZ or MOVK: 16 bits of an address, of which the last group may ask that nothing is left above it. */
    private static RelocationType move(String name, int group, boolean checked) {
        int shift = group * Short.SIZE;
        return instruction(name, site -> {
            long value = site.absolute();
            if (checked) {
                site.verifyRange(value, 0, (1L << (shift + Short.SIZE)) - 1);
            }
            site.insert(value >>> shift, 5, Short.SIZE);
        });
    }

    /** A signed number of instructions from this one: branches, and loads of literals. */
    private static RelocationType displacement(String name, int shift, int width) {
        return instruction(name, site -> {
            long value = site.relative();
            site.verifyRange(value, -INSTRUCTION * (1L << (width - 1)), INSTRUCTION * (1L << (width - 1)) - 1);
            site.verifyAligned("the distance", value, INSTRUCTION);
            site.insert(value / INSTRUCTION, shift, width);
        });
    }

    /** ADR: a distance of 1 MiB in bytes. */
    private static void address(RelocationSite site) throws ElfFormatException {
        long value = site.relative();
        site.verifyRange(value, -(1L << 20), (1L << 20) - 1);
        insertAddress(site, value);
    }

    /** ADRP: a distance of 4 GiB between pages of 4 KiB, whatever the pages of the machine are. */
    private static void pageAddress(RelocationSite site, boolean checked) throws ElfFormatException {
        long value = (site.absolute() & -0x1000) - (site.place() & -0x1000);
        if (checked) {
            site.verifyRange(value, -(1L << 32), (1L << 32) - 1);
        }
        insertAddress(site, value >> 12);
    }

    /** The lowest two bits have a place of their own. */
    private static void insertAddress(RelocationSite site, long value) {
        site.insert(value, 29, 2);
        site.insert(value >> 2, IMM19_SHIFT, IMM19_WIDTH);
    }

    /** The address within its page, in units of what is loaded or stored. */
    private static RelocationType low12(String name, int scale) {
        return instruction(name, site -> {
            long value = site.absolute();
            site.verifyAligned("the address", value, 1 << scale);
            site.insert((value & 0xfff) >> scale, IMM12_SHIFT, IMM12_WIDTH);
        });
    }
}
