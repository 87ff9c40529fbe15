package io.kexec4j.elf;

import java.util.Map;

/**
 * What the ABI of an architecture says about an object as a whole, besides its relocations one by one. Here is what most of
 * them say: nothing.
 */
interface ObjectAbi {
    /** For architectures without such rules. */
    ObjectAbi PLAIN = new ObjectAbi() {};

    /** The alignment of the load address that the ABI needs, a power of two. */
    default long alignment() {
        return 1;
    }

    /** What the register for the object's data holds, in bytes from the load address. */
    default long globalPointer() {
        return 0;
    }

    /** The symbols that the linker defines, by their names. */
    default Map<String, Fixup.Target> symbols() {
        return Map.of();
    }

    /** Names for the code of functions whose own symbols mean something else: symbol and addend say where it is. */
    default Map<String, Relocation> code() {
        return Map.of();
    }

    /** Whether a symbol stands for something else, whose size its own size is. */
    default boolean isDescriptor(Symbol symbol) {
        return false;
    }

    /**
     * Replaces symbol and addend of a relocation where the ABI lets it mean more than the symbol's address.
     *
     * @param relocation what the table says
     * @param type its type
     * @param at where it stands in the file, for messages
     */
    default Relocation resolve(Relocation relocation, RelocationType type, long at) throws ElfFormatException {
        return relocation;
    }
}
