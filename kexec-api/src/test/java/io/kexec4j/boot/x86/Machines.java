package io.kexec4j.boot.x86;

import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.util.ArrayList;
import java.util.List;

/** Machines described by hand, and the kernel that comes along with the project. */
final class Machines {
    static final long MIB = 1 << 20;
    static final long GIB = 1 << 30;

    private Machines() {}

    /** A PC in the style of QEMU's, with RAM up to an address below 3 GiB. */
    static Target pc(long ramEnd) {
        return Target.builder(Architecture.X86_64, new MemoryMap(lowMemory(ramEnd)))
                .build();
    }

    /** The same with RAM from 4 GiB on as well. */
    static Target pcAbove4G(long ramEnd) {
        List<MemoryRegion> regions = new ArrayList<>(lowMemory(GIB));
        regions.add(region(4 * GIB, ramEnd, RegionType.RAM));
        return Target.builder(Architecture.X86_64, new MemoryMap(regions)).build();
    }

    static MemoryRegion region(long start, long end, RegionType type) {
        return new MemoryRegion(new PhysicalRange(start, end), type);
    }

    private static List<MemoryRegion> lowMemory(long ramEnd) {
        return List.of(
                region(0, 0x9fc00, RegionType.RAM),
                region(0x9fc00, 0xa0000, RegionType.RESERVED),
                region(0xf0000, 0x100000, RegionType.RESERVED),
                region(0x100000, ramEnd, RegionType.RAM),
                region(0xfffc0000L, 0x100000000L, RegionType.RESERVED));
    }
}
