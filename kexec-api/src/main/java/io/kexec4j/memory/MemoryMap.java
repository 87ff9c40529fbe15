package io.kexec4j.memory;

import java.util.Comparator;
import java.util.List;

/**
 * The physical memory of a machine: regions in ascending order, none of which overlap. What no region covers is not memory.
 *
 * @param regions the regions, in ascending order
 */
public record MemoryMap(List<MemoryRegion> regions) {
    /**
     * Sorts the regions and checks them against each other.
     *
     * @param regions the regions, in any order; copied
     * @throws IllegalArgumentException if two of them overlap
     */
    public MemoryMap {
        regions = regions.stream()
                .sorted(Comparator.comparing(MemoryRegion::range))
                .toList();
        for (int i = 1; i < regions.size(); i++) {
            if (regions.get(i - 1).range().overlaps(regions.get(i).range())) {
                throw new IllegalArgumentException(
                        "regions of memory must not overlap: %s and %s".formatted(regions.get(i - 1), regions.get(i)));
            }
        }
    }

    /**
     * {@return the ranges of one type, in ascending order, as the regions have them: neighbours are not joined}
     *
     * @param type which
     */
    public List<PhysicalRange> ranges(RegionType type) {
        return regions.stream()
                .filter(region -> region.type().equals(type))
                .map(MemoryRegion::range)
                .toList();
    }

    /**
     * {@return the ranges of {@link RegionType#RAM}: where segments can lie}
     */
    public List<PhysicalRange> ram() {
        return ranges(RegionType.RAM);
    }
}
