package io.kexec4j.elf;

import java.util.Map;

/**
 * The relocations that code for x86-64 without a global offset table needs.
 *
 * @see <a href="https://gitlab.com/x86-psABIs/x86-64-ABI">x86-64 psABI, table 4.9 "Relocation Types"</a>
 */
final class X8664Relocator extends TableRelocator {
    /**
     * There is no procedure linkage table: L, the address of a symbol's entry in it, is S, the address of the symbol.
     */
    private static final Map<Integer, RelocationType> TYPES = Map.of(
            0, new RelocationType("R_X86_64_NONE", 0, site -> {}),
            1, new RelocationType("R_X86_64_64", 8, site -> site.put64(site.absolute())),
            2, new RelocationType("R_X86_64_PC32", 4, site -> site.putSigned32(site.relative())),
            4, new RelocationType("R_X86_64_PLT32", 4, site -> site.putSigned32(site.relative())),
            10, new RelocationType("R_X86_64_32", 4, site -> site.putUnsigned32(site.absolute())),
            11, new RelocationType("R_X86_64_32S", 4, site -> site.putSigned32(site.absolute())),
            24, new RelocationType("R_X86_64_PC64", 8, site -> site.put64(site.relative())));

    X8664Relocator() {
        super("x86_64", ElfHeader.EM_X86_64, TYPES);
    }
}
