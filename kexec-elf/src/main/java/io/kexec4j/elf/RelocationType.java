package io.kexec4j.elf;

/**
 * One row of an architecture's table of relocation types.
 *
 * @param name name in the architecture's ABI, such as "R_X86_64_PC32"
 * @param width how many bytes it changes, 0 for none
 * @param formula computes and stores the value
 */
record RelocationType(String name, int width, Formula formula) {

    /** What a relocation computes. */
    interface Formula {
        void apply(RelocationSite site) throws ElfFormatException;
    }
}
