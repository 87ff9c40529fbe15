package io.kexec4j.crash;

import io.kexec4j.memory.HoleRequest;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory that was set apart, of which what every crash image has is taken from the end, so that its kernel finds the rest in one
 * piece. Used by one thread while a plan is made.
 */
final class CrashRegion {
    /** The largest page of any kernel, since those of the crash kernel may be larger than those of the running one. */
    private static final long ALIGNMENT = 1 << 16;

    private final PhysicalRange region;
    private final PhysicalRange window;
    private final long pageSize;
    private final List<PhysicalRange> taken;

    /**
     * Starts with nothing taken.
     *
     * @param kept what nothing may lie in
     */
    CrashRegion(PhysicalRange region, PhysicalRange window, long pageSize, List<PhysicalRange> kept) {
        this.region = region;
        this.window = window;
        this.pageSize = pageSize;
        this.taken = new ArrayList<>(kept);
    }

    /**
     * Takes whole pages.
     *
     * @throws io.kexec4j.error.NoMemoryHoleException if there are not so many left
     */
    PhysicalRange takeEnd(String purpose, long size) {
        long alignment = Math.max(ALIGNMENT, pageSize);
        PhysicalRange place = MemoryHoles.find(
                List.of(region),
                taken,
                new HoleRequest(
                        purpose,
                        Math.addExact(size, pageSize - 1) & -pageSize,
                        alignment,
                        window.start(),
                        window.end(),
                        Direction.TOP_DOWN));
        taken.add(place);
        return place;
    }
}
