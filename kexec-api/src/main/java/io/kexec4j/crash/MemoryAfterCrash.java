package io.kexec4j.crash;

import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.CrashFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The memory of the machine as it will be after a crash: RAM is only what was set apart and what the crash kernel uses besides. All
 * other RAM is in none of the regions. It belongs to the dump.
 */
final class MemoryAfterCrash {
    private MemoryAfterCrash() {}

    /**
     * Makes the map.
     *
     * @param machine the memory of the machine
     * @param facts what was set apart
     * @param rules what the crash kernel uses besides
     * @param notRam what the crash kernel must not use, though it was set apart
     * @param own what no segment may lie in, though the crash kernel may use it
     */
    static MemoryMap of(
            MemoryMap machine, CrashFacts facts, CrashRules rules, List<PhysicalRange> notRam, PhysicalRange own) {
        List<PhysicalRange> ram = new ArrayList<>(facts.reservations());
        ram.addAll(facts.cmaRanges());
        Stream.concat(rules.lent().stream(), rules.backedUp().stream())
                .forEach(range -> ram.addAll(MemoryHoles.common(facts.systemRam(), List.of(range))));
        List<PhysicalRange> noPlace = new ArrayList<>(notRam);
        noPlace.add(own);
        List<PhysicalRange> places = MemoryHoles.holes(List.of(facts.region().orElseThrow()), noPlace);
        List<PhysicalRange> known = new ArrayList<>(notRam);
        known.addAll(places);
        List<MemoryRegion> regions = new ArrayList<>();
        for (MemoryRegion region : machine.regions()) {
            if (!region.type().isRam() && !region.type().equals(RegionType.DRIVER_MANAGED)) {
                add(regions, MemoryHoles.holes(List.of(region.range()), ram), region.type());
            }
        }
        add(regions, notRam, RegionType.RESERVED);
        add(regions, places, RegionType.RAM);
        add(regions, MemoryHoles.holes(ram, known), RegionType.CRASH_KERNEL);
        return new MemoryMap(regions);
    }

    private static void add(List<MemoryRegion> regions, List<PhysicalRange> ranges, RegionType type) {
        ranges.forEach(range -> regions.add(new MemoryRegion(range, type)));
    }
}
