package io.kexec4j.boot.ppc64;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.Chosen;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The memory reservations of a tree. */
final class Reservations {
    private Reservations() {}

    /**
     * Reserves memory, as far as it is not reserved yet.
     *
     * @param tree a tree whose {@code /chosen} is the second kernel's
     * @param ranges the memory, in any order; may overlap
     * @param onlyThese whether what was reserved before is worth nothing, but for what {@code /chosen} names: the loader of a crash
     *     kernel reserves the memory of the crashed one. What the firmware has reserved, the tree tells elsewhere too
     * @throws FdtException if a reservation wraps
     */
    static void add(EditableTree tree, List<PhysicalRange> ranges, boolean onlyThese) throws FdtException {
        List<MemoryReservation> all = new ArrayList<>(onlyThese ? ofChosen(tree) : tree.reservations());
        List<PhysicalRange> reserved = new ArrayList<>();
        for (MemoryReservation reservation : all) {
            reserved.add(range(reservation));
        }
        for (PhysicalRange range : MemoryHoles.holes(ranges, reserved)) {
            all.add(new MemoryReservation(range.start(), range.size()));
        }
        all.sort(Comparator.comparing(MemoryReservation::address, Long::compareUnsigned));
        tree.setReservations(all);
    }

    private static List<MemoryReservation> ofChosen(EditableTree tree) throws FdtException {
        Chosen chosen = Chosen.of(tree).orElseThrow();
        List<MemoryReservation> named = Stream.of(chosen.initrd(), chosen.elfCoreHeader())
                .flatMap(range -> range.stream())
                .map((AddressRange range) -> new MemoryReservation(range.start(), range.size()))
                .toList();
        return tree.reservations().stream().filter(named::contains).toList();
    }

    private static PhysicalRange range(MemoryReservation reservation) throws FdtException {
        long end = reservation.address() + reservation.size();
        if (Long.compareUnsigned(end, reservation.address()) <= 0) {
            throw FdtException.of(
                    FdtError.BADVALUE,
                    "a memory reservation does not wrap: 0x%x+0x%x"
                            .formatted(reservation.address(), reservation.size()));
        }
        return new PhysicalRange(reservation.address(), end);
    }
}
