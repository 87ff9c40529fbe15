package io.kexec4j.boot.ppc64;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.CommonOption;
import io.kexec4j.boot.KeptInitrd;
import io.kexec4j.boot.SegmentPlanner;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.Ppc64Purgatory;
import io.kexec4j.target.PowerFacts;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Where the segments lie: all in the memory that can be reached in real mode, in which the next kernel begins (RMA), none on what the
 * running kernel or the firmware keeps, and none beyond what the running kernel may use. The kernel is placed first, as low as possible;
 * a crash kernel stays there, any other moves itself to address 0, so nothing may lie where it then is. What is linked for another address
 * unpacks a kernel, to address 0 too. The device tree lies as high as possible, where Linux' own loader puts it.
 */
final class Ppc64Placement {
    /** What every kernel can map. */
    private static final long HIGHEST = 1L << 48;

    private final SegmentPlanner planner;
    private final PhysicalRange realMode;
    private final PhysicalRange kernel;
    private final Optional<PhysicalRange> keptInitrd;

    /** What unpacks a kernel takes memory right behind itself for that. */
    private final Direction initrdDirection;

    private Ppc64Placement(
            SegmentPlanner planner,
            PhysicalRange realMode,
            PhysicalRange kernel,
            Optional<PhysicalRange> keptInitrd,
            Direction initrdDirection) {
        this.planner = planner;
        this.realMode = realMode;
        this.kernel = kernel;
        this.keptInitrd = keptInitrd;
        this.initrdDirection = initrdDirection;
    }

    /**
     * Places the kernel.
     *
     * @param request what the image is made of
     * @param facts of the machine
     * @param file the kernel, as it was linked
     * @param stays whether it stays where it lies
     * @throws io.kexec4j.error.NoMemoryHoleException if there is no room
     * @throws IOException if the device tree that tells where an initrd was kept cannot be read
     */
    static Ppc64Placement of(BootRequest request, PowerFacts facts, Ppc64Kernel file, boolean stays)
            throws IOException {
        SegmentPlanner planner = SegmentPlanner.of(request);
        facts.untouchable().forEach(range -> planner.keepOff("running kernel or firmware", range));
        Optional<PhysicalRange> kept =
                request.has(CommonOption.REUSE_INITRD) ? Optional.of(KeptInitrd.of(request)) : Optional.empty();
        kept.ifPresent(range -> planner.keepOff("initrd of the running kernel", range));
        PhysicalRange realMode = new PhysicalRange(0, reach(facts));
        PhysicalRange memory = file.memory();
        if (!file.mayLieAnywhere()) {
            PhysicalRange place = pages(memory, request.target().pageSize());
            verifyReached(place, realMode);
            planner.placeAt("kernel", place);
            PhysicalRange unpacked = new PhysicalRange(0, place.start());
            verifyApart("initrd of the running kernel", kept.stream(), unpacked);
            planner.keepOff("kernel, once it is unpacked", unpacked);
            return new Ppc64Placement(planner, realMode, place, kept, Direction.TOP_DOWN);
        }
        PhysicalRange place = planner.place("kernel", memory.size(), file.alignment(), realMode, Direction.BOTTOM_UP);
        if (!stays) {
            verifyApart("initrd of the running kernel", kept.stream(), memory);
            verifyApart("firmware (RTAS)", facts.rtas().stream(), memory);
            verifyApart("firmware (OPAL)", facts.opal().map(PowerFacts.Opal::memory).stream(), memory);
            verifyApart("tables of PCI devices", facts.tceTables().stream(), memory);
            verifyApart("memory that the firmware reserves", facts.reserved().stream(), memory);
            planner.keepOff("kernel, once it has moved", memory);
        }
        return new Ppc64Placement(planner, realMode, place, kept, Direction.BOTTOM_UP);
    }

    /** {@return where the memory ends that real mode reaches, and that the running kernel may use ({@code mem=})} */
    static long reach(PowerFacts facts) {
        return Stream.of(facts.realModeEnd(), facts.memoryLimit())
                .flatMapToLong(OptionalLong::stream)
                .filter(end -> Long.compareUnsigned(end, HIGHEST) < 0)
                .min()
                .orElse(HIGHEST);
    }

    private static PhysicalRange pages(PhysicalRange range, long pageSize) {
        return new PhysicalRange(range.start() & -pageSize, (range.end() + pageSize - 1) & -pageSize);
    }

    private static void verifyReached(PhysicalRange kernel, PhysicalRange realMode) {
        if (!realMode.contains(kernel)) {
            throw new ProtocolLimitException(
                    "end of the kernel, where it was linked for, which real mode has to reach",
                    kernel.end(),
                    realMode.end());
        }
    }

    private static void verifyApart(String what, Stream<PhysicalRange> kept, PhysicalRange kernel) {
        kept.filter(kernel::overlaps).findFirst().ifPresent(range -> {
            throw new ProtocolLimitException(
                    "end of the kernel once it has moved to address 0, below the " + what, kernel.end(), range.start());
        });
    }

    /** {@return from the kernel's first byte on, as many whole pages as it needs} */
    PhysicalRange kernel() {
        return kernel;
    }

    /** {@return where the initrd of the running kernel lies, if that is handed on; exactly} */
    Optional<PhysicalRange> keptInitrd() {
        return keptInitrd;
    }

    /** Places the initrd. */
    PhysicalRange initrd(long size) {
        return planner.place("initrd", size, 1, realMode, initrdDirection);
    }

    /** Places the device tree. */
    PhysicalRange deviceTree(long size) {
        return planner.place("device tree", size, 1, realMode, Direction.TOP_DOWN);
    }

    /** Places the purgatory. */
    PhysicalRange purgatory(Ppc64Purgatory code) {
        return planner.place("purgatory", code.memorySize(), code.alignment(), realMode, Direction.BOTTOM_UP);
    }
}
