package io.kexec4j.target;

import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import java.util.ArrayList;
import java.util.List;

/**
 * RAM that the running kernel has set aside because a table of EFI lies there: memory attributes, firmware versions, the boot
 * logo, the log of the TPM (efi_mem_reserve, efi_reserve_boot_services). The firmware's memory map still calls it RAM, and a
 * kernel or a segment on top of it makes the next kernel read nonsense as a table. So it becomes reserved, for the segments and
 * for the kernels that follow.
 */
final class KeptForEfi {
    /** {@code EFI_MEMORY_RUNTIME}, by which Linux marks such memory as well. */
    private static final long EFI_MEMORY_RUNTIME = 1L << 63;

    private KeptForEfi() {}

    /** The map with that RAM as {@link RegionType#RESERVED}. */
    static MemoryMap reserve(MemoryMap map, List<EfiRuntimeRegion> regions) {
        List<MemoryRegion> result = map.regions();
        for (EfiRuntimeRegion region : regions) {
            long end = region.physicalAddress() + region.pages() * EfiRuntimeRegion.PAGE_SIZE;
            boolean kept = (region.attribute() & EFI_MEMORY_RUNTIME) != 0;
            if (kept && Long.compareUnsigned(end, region.physicalAddress()) > 0) {
                result = reserve(result, new PhysicalRange(region.physicalAddress(), end));
            }
        }
        return new MemoryMap(result);
    }

    private static List<MemoryRegion> reserve(List<MemoryRegion> regions, PhysicalRange kept) {
        List<MemoryRegion> result = new ArrayList<>();
        for (MemoryRegion region : regions) {
            if (region.type().equals(RegionType.RAM) && region.range().overlaps(kept)) {
                long start = max(region.range().start(), kept.start());
                long end = min(region.range().end(), kept.end());
                add(result, region.range().start(), start, RegionType.RAM);
                add(result, start, end, RegionType.RESERVED);
                add(result, end, region.range().end(), RegionType.RAM);
            } else {
                result.add(region);
            }
        }
        return result;
    }

    private static void add(List<MemoryRegion> regions, long start, long end, RegionType type) {
        if (start != end) {
            regions.add(new MemoryRegion(new PhysicalRange(start, end), type));
        }
    }

    private static long max(long a, long b) {
        return Long.compareUnsigned(a, b) > 0 ? a : b;
    }

    private static long min(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }
}
