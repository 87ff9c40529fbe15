package io.kexec4j.memory;

/**
 * A range of physical memory and what it is.
 *
 * @param range where it lies
 * @param type what it is
 */
public record MemoryRegion(PhysicalRange range, RegionType type) {
    @Override
    public String toString() {
        return range + " " + type.name();
    }
}
