package io.kexec4j.boot.x86;

import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The memory of a machine as both versions of Multiboot tell it: the amount below 1 MiB and the amount above up to the first
 * hole, and the map of an e820 table. Types that Multiboot does not name are those of e820: a kernel takes them for reserved.
 *
 * @param e820 the map
 * @param ram its RAM, joined
 */
record MultibootMemory(E820Table e820, List<PhysicalRange> ram) {
    private static final long MIB = 1 << 20;
    private static final long KIB = 1 << 10;

    /** The most that {@code mem_lower} can be (Multiboot Specification 0.6.96, 3.3). */
    private static final long MOST_LOWER = 640;

    static MultibootMemory of(Target target) {
        return new MultibootMemory(
                E820Table.of(target.memoryMap()),
                MemoryHoles.holes(
                        target.memoryMap().regions().stream()
                                .filter(region -> region.type().isRam())
                                .map(MemoryRegion::range)
                                .toList(),
                        List.of()));
    }

    /** KiB of RAM from address 0 on. */
    int lowerKib() {
        return (int) Math.min(kibFrom(0), MOST_LOWER);
    }

    /** KiB of RAM from 1 MiB on; what does not fit into 32 bits is in the map only. */
    int upperKib() {
        return (int) Math.min(kibFrom(MIB), 0xffff_ffffL);
    }

    private long kibFrom(long address) {
        return ram.stream()
                .filter(range -> range.contains(address))
                .mapToLong(range -> Long.divideUnsigned(range.end() - address, KIB))
                .findFirst()
                .orElse(0);
    }

    int entries() {
        return e820.regions().size();
    }

    /** Writes an entry without its size or padding: {@code u64 base, u64 length, u32 type}. */
    void put(int entry, ByteBuffer out) {
        PhysicalRange range = e820.regions().get(entry).range();
        out.putLong(range.start()).putLong(range.size()).putInt((int)
                e820.regions().get(entry).type().e820Code().orElseThrow());
    }
}
