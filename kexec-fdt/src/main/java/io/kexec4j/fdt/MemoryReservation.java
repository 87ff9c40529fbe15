package io.kexec4j.fdt;

/**
 * An entry of the memory reservation block: physical memory that whoever is given the tree must leave alone
 * (Devicetree Specification v0.4, section 5.3). The range may wrap in a hostile blob; nothing here adds the two.
 *
 * @param address where it begins, unsigned
 * @param size its size in bytes, unsigned, not 0: an entry of size 0 ends the block
 */
public record MemoryReservation(long address, long size) {
    /**
     * Creates an entry.
     *
     * @param address where it begins, unsigned
     * @param size its size in bytes, unsigned
     * @throws IllegalArgumentException if the size is 0
     */
    public MemoryReservation {
        if (size == 0) {
            throw new IllegalArgumentException("a reservation of size 0 would end the block");
        }
    }

    @Override
    public String toString() {
        return String.format("0x%x+0x%x", address, size);
    }
}
