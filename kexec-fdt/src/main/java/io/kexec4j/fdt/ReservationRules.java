package io.kexec4j.fdt;

import static io.kexec4j.fdt.SpecificationRule.RESERVATION_END;
import static io.kexec4j.fdt.SpecificationRule.RESERVATION_OVERLAP;
import static io.kexec4j.fdt.SpecificationRule.RESERVATION_WRAP;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The rules about the memory reservations. */
final class ReservationRules {
    private ReservationRules() {}

    static void check(Fdt tree, List<Violation> found) {
        List<MemoryReservation> reservations = tree.reservations();
        int start = tree.header().reservationsOffset();
        for (int i = 0; i < reservations.size(); i++) {
            if (wraps(reservations.get(i))) {
                found.add(violation(RESERVATION_WRAP, start, i));
            }
        }
        checkOverlaps(reservations, start, found);
        if (tree.bytes().getLong(start + reservations.size() * 2 * Long.BYTES) != 0) {
            found.add(violation(RESERVATION_END, start, reservations.size()));
        }
    }

    /** In the order of the addresses: each that begins before the end of one before it. */
    private static void checkOverlaps(List<MemoryReservation> reservations, int start, List<Violation> found) {
        List<Integer> order = IntStream.range(0, reservations.size())
                .boxed()
                .sorted(Comparator.comparing(i -> reservations.get(i).address(), Long::compareUnsigned))
                .toList();
        long last = 0;
        for (int k = 0; k < order.size(); k++) {
            MemoryReservation next = reservations.get(order.get(k));
            if (k > 0 && Long.compareUnsigned(next.address(), last) <= 0) {
                found.add(violation(RESERVATION_OVERLAP, start, order.get(k)));
            }
            long lastOfNext = wraps(next) ? -1 : next.address() + next.size() - 1;
            if (k == 0 || Long.compareUnsigned(lastOfNext, last) > 0) {
                last = lastOfNext;
            }
        }
    }

    /** Whether its last byte lies behind the largest address. */
    private static boolean wraps(MemoryReservation reservation) {
        return Long.compareUnsigned(reservation.size() - 1, ~reservation.address()) > 0;
    }

    private static Violation violation(SpecificationRule rule, int start, int entry) {
        return new Violation(rule, start + entry * 2 * Long.BYTES, Optional.empty(), Optional.empty());
    }
}
