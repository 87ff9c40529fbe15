package io.kexec4j.elf;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The relocations of one architecture. To add an architecture, implement this and add the class to the list below. */
interface Relocator {
    /** Those that {@link RelocatableObject#of(ElfFile)} knows. */
    List<Relocator> ALL = List.of(new X8664Relocator(), new AArch64Relocator(), new Ppc64Relocator());

    /** The one for a file. */
    static Optional<Relocator> of(ElfHeader header) {
        return ALL.stream().filter(relocator -> relocator.supports(header)).findFirst();
    }

    /** Name of the architecture, for messages. */
    String name();

    /** Whether a file is of this architecture. */
    boolean supports(ElfHeader header);

    /** The type of table that the architecture's ABI prescribes: SHT_RELA (addends in the table) or SHT_REL (in place). */
    int tableType();

    /** The row of the architecture's table, null for a type that cannot be linked. */
    @Nullable
    RelocationType type(int code);

    /**
     * What the ABI says about a file as a whole.
     *
     * @param file a relocatable object that this relocator supports
     * @param layout where its sections lie
     */
    ObjectAbi abi(ElfFile file, SectionLayout layout) throws ElfFormatException;
}
