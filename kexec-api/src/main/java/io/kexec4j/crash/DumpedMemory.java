package io.kexec4j.crash;

import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.CrashFacts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The memory that a dump is made of: all RAM that the running kernel uses, but for what was set apart, what the crash kernel uses
 * besides, and what must not be read. What a driver has added counts as RAM, as it does for Linux' own loader.
 *
 * @param ranges all of it, in ascending order, no two of which touch but for that which is copied
 * @param backedUp what of it has to be copied before, if there is any
 */
record DumpedMemory(List<PhysicalRange> ranges, Optional<PhysicalRange> backedUp) {
    static DumpedMemory of(CrashFacts facts, CrashRules rules) {
        List<PhysicalRange> left = new ArrayList<>(facts.reservations());
        left.addAll(facts.cmaRanges());
        left.addAll(facts.apertures());
        rules.lent().ifPresent(left::add);
        rules.backedUp().ifPresent(left::add);
        List<PhysicalRange> dumped = new ArrayList<>(MemoryHoles.holes(facts.systemRam(), left));
        rules.kept().forEach(range -> dumped.addAll(MemoryHoles.common(List.of(range), facts.systemRam())));
        List<PhysicalRange> ranges = new ArrayList<>(
                MemoryHoles.holes(dumped, rules.backedUp().stream().toList()));
        rules.backedUp().ifPresent(ranges::add);
        Collections.sort(ranges);
        return new DumpedMemory(ranges, rules.backedUp());
    }
}
