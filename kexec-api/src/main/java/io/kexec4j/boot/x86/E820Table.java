package io.kexec4j.boot.x86;

import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A memory map as {@code struct boot_e820_entry}s: {@code u64 addr, u64 size, u32 type}, {@value #ENTRY_SIZE} bytes each, little
 * endian. Types that have no name are passed on by their code. What no firmware reports, such as RAM that a driver has added,
 * is left out: the second kernel's driver will add it again.
 *
 * @param regions what the second kernel is told, in ascending order; each type has a code
 */
public record E820Table(List<MemoryRegion> regions) {
    /** {@code sizeof(struct boot_e820_entry)}. */
    public static final int ENTRY_SIZE = 20;

    /** How many entries boot_params has room for ({@code E820_MAX_ENTRIES_ZEROPAGE}). */
    public static final int MAX_IN_BOOT_PARAMS = 128;

    /**
     * Copies the regions.
     *
     * @param regions what the second kernel is told
     */
    public E820Table {
        regions = List.copyOf(regions);
    }

    /**
     * {@return the table for a memory map}
     *
     * @param map the memory of the machine
     */
    public static E820Table of(MemoryMap map) {
        return new E820Table(map.regions().stream()
                .filter(region -> region.type().e820Code().isPresent())
                .toList());
    }

    /**
     * {@return the entries that boot_params has room for}
     */
    public byte[] first() {
        return encode(regions.subList(0, count()));
    }

    /**
     * {@return how many entries {@link #first} has}
     */
    public int count() {
        return Math.min(regions.size(), MAX_IN_BOOT_PARAMS);
    }

    /**
     * {@return the other entries, for {@link SetupData.Type#E820_EXT}; often none}
     */
    public byte[] rest() {
        return encode(regions.subList(count(), regions.size()));
    }

    private static byte[] encode(List<MemoryRegion> entries) {
        ByteBuffer table = ByteBuffer.allocate(Math.multiplyExact(entries.size(), ENTRY_SIZE))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (MemoryRegion entry : entries) {
            table.putLong(entry.range().start()).putLong(entry.range().size()).putInt((int)
                    entry.type().e820Code().orElseThrow());
        }
        return table.array();
    }
}
