package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.ProcIomem;
import io.kexec4j.memory.ProcIomem.Resource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What {@code /proc/iomem} tells of crash kernels; on Power, where the device tree tells what is set apart for them, the rest. Memory that
 * drivers have added ({@code System RAM (kmem)}) is RAM like any other, and may lie within what is none.
 *
 * @param systemRam the outermost resources whose name begins with {@code System RAM}, in ascending order
 * @param reservations what was set apart for the crash kernel: one range, or two, in ascending order. Two are two even if they touch:
 *     Linux loads the image into the upper one only
 * @param apertures of a GART: looks like RAM, and hangs the machine that reads it
 * @param kernel where parts of the running kernel lie: {@code Kernel code}, {@code Kernel data} and so on
 */
record CrashMemory(
        List<PhysicalRange> systemRam,
        List<PhysicalRange> reservations,
        List<PhysicalRange> apertures,
        List<PhysicalRange> kernel) {
    private static final String FORMAT = "/proc/iomem";
    private static final String SYSTEM_RAM = "System RAM";
    private static final String RESERVATION = "Crash kernel";
    private static final String APERTURE = "GART";
    private static final String KERNEL = "Kernel ";
    private static final int MOST_RESERVATIONS = 2;

    /**
     * What the text tells, unless no memory is set apart or the text tells no addresses.
     *
     * @param inTree the memory that is set apart, if a device tree tells that; it counts where the text does not tell
     */
    static Optional<CrashMemory> parse(String iomem, Optional<PhysicalRange> inTree) throws MalformedInputException {
        boolean isTold = iomem.contains(" : " + RESERVATION);
        if ((!isTold && inTree.isEmpty()) || ProcIomem.isHidden(iomem)) {
            return Optional.empty();
        }
        Walk walk = new Walk();
        for (Resource root : ProcIomem.parse(iomem).roots()) {
            walk.visit(root, Optional.empty());
        }
        List<PhysicalRange> reservations =
                walk.reservations.isEmpty() ? inTree.stream().toList() : List.copyOf(walk.reservations);
        if (!MemoryHoles.holes(reservations, walk.systemRam).isEmpty()) {
            throw new MalformedInputException(
                    FORMAT,
                    0,
                    "what the device tree has set apart for a crash kernel must lie in System RAM, is %s"
                            .formatted(reservations.get(0)));
        }
        return reservations.isEmpty()
                ? Optional.empty()
                : Optional.of(new CrashMemory(
                        List.copyOf(walk.systemRam),
                        reservations,
                        List.copyOf(walk.apertures),
                        List.copyOf(walk.kernel)));
    }

    /** Whether all of a range lies in the same RAM. */
    boolean isRam(PhysicalRange range) {
        int found = Collections.binarySearch(systemRam, range);
        int next = found >= 0 ? found : -found - 1;
        return (next < systemRam.size() && systemRam.get(next).contains(range))
                || (next > 0 && systemRam.get(next - 1).contains(range));
    }

    /** The range that a file tells, which must lie in RAM. */
    PhysicalRange ram(String name, long start, long size) throws MalformedInputException {
        Optional<PhysicalRange> range = range(start, size).filter(this::isRam);
        if (start == 0 || range.isEmpty()) {
            throw RootFiles.malformed(
                    name, "0x%x bytes at 0x%x must lie in System RAM, and not at address 0".formatted(size, start));
        }
        return range.get();
    }

    /** The range of some bytes, unless it is empty or wraps. */
    static Optional<PhysicalRange> range(long start, long size) {
        return Long.compareUnsigned(start, start + size) < 0
                ? Optional.of(PhysicalRange.ofSize(start, size))
                : Optional.empty();
    }

    /** Visits resources in the order of the file, which is that of its lines. */
    private static final class Walk {
        private final List<PhysicalRange> systemRam = new ArrayList<>();
        private final List<PhysicalRange> reservations = new ArrayList<>();
        private final List<PhysicalRange> apertures = new ArrayList<>();
        private final List<PhysicalRange> kernel = new ArrayList<>();
        private int line;

        /** The RAM is that within which the resource stands. */
        private void visit(Resource resource, Optional<PhysicalRange> outer) throws MalformedInputException {
            line++;
            Optional<PhysicalRange> ram = outer;
            if (ram.isEmpty() && resource.name().startsWith(SYSTEM_RAM)) {
                verifyOrder(systemRam, resource.range());
                systemRam.add(resource.range());
                ram = Optional.of(resource.range());
            }
            if (resource.name().equals(RESERVATION)) {
                addReservation(resource.range(), ram);
            } else if (resource.name().equals(APERTURE)) {
                apertures.add(resource.range());
            } else if (resource.name().startsWith(KERNEL)) {
                kernel.add(resource.range());
            }
            for (Resource child : resource.children()) {
                visit(child, ram);
            }
        }

        private void addReservation(PhysicalRange range, Optional<PhysicalRange> ram) throws MalformedInputException {
            verifyOrder(reservations, range);
            if (ram.isEmpty() || !ram.get().contains(range)) {
                throw malformed("%s for a crash kernel must lie in System RAM".formatted(range));
            }
            if (reservations.size() == MOST_RESERVATIONS) {
                throw malformed("there must be at most two ranges for a crash kernel");
            }
            reservations.add(range);
        }

        private void verifyOrder(List<PhysicalRange> before, PhysicalRange range) throws MalformedInputException {
            if (!before.isEmpty()
                    && Long.compareUnsigned(
                                    range.start(), before.get(before.size() - 1).end())
                            < 0) {
                throw malformed("RAM must ascend and must not overlap, nor must what is set apart in it: %s after %s"
                        .formatted(range, before.get(before.size() - 1)));
            }
        }

        private MalformedInputException malformed(String rule) {
            return MalformedInputException.atLine(FORMAT, line, rule);
        }
    }
}
