package io.kexec4j.memory;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.ReservedRegion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** What all readers of memory in device trees have in common. */
final class TreeMemory {
    private static final String FORMAT = "memory in the device tree";

    private TreeMemory() {}

    /** Something that is read from a tree. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws FdtException, MalformedInputException;
    }

    /** Reads, with the errors of this package. */
    static <T> T read(Reading<T> reading) throws MalformedInputException {
        try {
            return reading.read();
        } catch (FdtException e) {
            MalformedInputException malformed = malformed(e.rule()
                    + e.path().map(path -> ", at " + shorten(path)).orElse("")
                    + e.property().map(name -> ", " + shorten(name)).orElse(""));
            malformed.initCause(e);
            throw malformed;
        }
    }

    /** What lies below {@code /reserved-memory}, and some of the tree's reservations. */
    static List<PhysicalRange> reserved(DeviceTree tree, Collection<MemoryReservation> reservations)
            throws FdtException, MalformedInputException {
        List<PhysicalRange> reserved = new ArrayList<>();
        for (ReservedRegion region : ReservedRegion.all(tree)) {
            reserved.addAll(ranges(region.ranges()));
        }
        for (MemoryReservation reservation : reservations) {
            long end = reservation.address() + reservation.size();
            if (Long.compareUnsigned(end, reservation.address()) <= 0) {
                throw malformed("a memory reservation must not wrap: 0x%x+0x%x"
                        .formatted(reservation.address(), reservation.size()));
            }
            reserved.add(new PhysicalRange(reservation.address(), end));
        }
        return reserved;
    }

    static List<PhysicalRange> ranges(List<AddressRange> ranges) {
        return ranges.stream()
                .map(range -> new PhysicalRange(range.start(), range.end()))
                .toList();
    }

    static Stream<MemoryRegion> regions(List<PhysicalRange> ranges, RegionType type) {
        return ranges.stream().map(range -> new MemoryRegion(range, type));
    }

    static MalformedInputException malformed(String rule) {
        return new MalformedInputException(FORMAT, 0, rule);
    }

    private static String shorten(String text) {
        return MalformedInputException.shorten(text);
    }
}
