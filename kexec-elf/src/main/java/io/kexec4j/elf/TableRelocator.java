package io.kexec4j.elf;

import java.nio.ByteOrder;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The relocations of an architecture whose objects are ELF64 files with addends in tables, and whose types do not depend on each
 * other: each is a formula.
 */
abstract class TableRelocator implements Relocator {
    private final String name;
    private final int machine;
    private final Map<Integer, RelocationType> types;
    private final Set<ByteOrder> orders;

    /**
     * For an architecture whose objects are little-endian.
     *
     * @param name of the architecture, for messages
     * @param machine e_machine of its files
     * @param types by their numbers
     */
    TableRelocator(String name, int machine, Map<Integer, RelocationType> types) {
        this(name, machine, types, Set.of(ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * Takes what differs between them.
     *
     * @param name of the architecture, for messages
     * @param machine e_machine of its files
     * @param types by their numbers
     * @param orders the byte orders of its files
     */
    TableRelocator(String name, int machine, Map<Integer, RelocationType> types, Set<ByteOrder> orders) {
        this.name = name;
        this.machine = machine;
        this.types = types;
        this.orders = orders;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final boolean supports(ElfHeader header) {
        return header.machine() == machine && header.elfClass() == ElfClass.ELF64 && orders.contains(header.order());
    }

    @Override
    public final int tableType() {
        return Section.SHT_RELA;
    }

    @Override
    public final @Nullable RelocationType type(int code) {
        return types.get(code);
    }

    @Override
    public ObjectAbi abi(ElfFile file, SectionLayout layout) throws ElfFormatException {
        return ObjectAbi.PLAIN;
    }
}
