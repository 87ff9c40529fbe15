package io.kexec4j.memory;

import io.kexec4j.error.MalformedInputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Reads {@code /sys/firmware/memmap}: the memory map as the firmware gave it to the running kernel
 * (Documentation/ABI/testing/sysfs-firmware-memmap).
 *
 * <p>Types that {@link RegionType} does not name, {@code Unknown E820 type} among them, are kept under their name, with the
 * e820 code of {@link RegionType#RESERVED}: what nobody knows, nobody may use.
 */
public final class FirmwareMemmap {
    private FirmwareMemmap() {}

    /**
     * One directory of {@code /sys/firmware/memmap}: the texts of its three files as they are, with or without the newline.
     *
     * @param name of the directory: a number, for messages
     * @param start physical address of the first byte, as {@code 0x} and hexadecimal digits
     * @param end physical address of the last byte, in the same form
     * @param type what Linux calls the type
     */
    public record Entry(String name, String start, String end, String type) {}

    private record Named(String name, MemoryRegion region) {}

    /**
     * Parses the entries.
     *
     * @param entries the entries, in any order; errors name them
     * @return the memory map
     * @throws MalformedInputException if an address is no number of 64 bits, if an entry ends before it starts or at the last
     *     byte of the address space, if a type is empty, or if two entries overlap
     */
    public static MemoryMap parse(Collection<Entry> entries) throws MalformedInputException {
        List<Named> regions = new ArrayList<>();
        for (Entry entry : entries) {
            regions.add(new Named(entry.name, region(entry)));
        }
        regions.sort(Comparator.comparing(named -> named.region.range()));
        for (int i = 1; i < regions.size(); i++) {
            Named below = regions.get(i - 1);
            Named above = regions.get(i);
            if (below.region.range().overlaps(above.region.range())) {
                throw malformed(
                        above.name,
                        "%s must not overlap entry %s, %s"
                                .formatted(
                                        text(above.region),
                                        MalformedInputException.shorten(below.name),
                                        text(below.region)));
            }
        }
        return new MemoryMap(regions.stream().map(Named::region).toList());
    }

    private static MemoryRegion region(Entry entry) throws MalformedInputException {
        long first = address(entry.start, "start", entry);
        long last = address(entry.end, "end", entry);
        RegionType type = type(entry);
        try {
            return new MemoryRegion(PhysicalRange.ofInclusive(first, last), type);
        } catch (IllegalArgumentException e) {
            throw malformed(entry.name, HexText.rangeRule(first, last));
        }
    }

    private static long address(String text, String file, Entry entry) throws MalformedInputException {
        String stripped = text.strip();
        return HexText.parse(stripped.startsWith("0x") ? stripped.substring(2) : "")
                .orElseThrow(() -> malformed(
                        entry.name,
                        "the %s must be 0x and at most 16 hexadecimal digits: %s"
                                .formatted(file, MalformedInputException.quote(stripped))));
    }

    private static RegionType type(Entry entry) throws MalformedInputException {
        String name = entry.type.strip();
        if (name.isEmpty()) {
            throw malformed(entry.name, "the type must not be empty");
        }
        return RegionType.byName(name).orElseGet(() -> RegionType.unknown(name));
    }

    private static String text(MemoryRegion region) {
        return region.range() + " "
                + MalformedInputException.shorten(region.type().name());
    }

    /** Each file has one line. */
    private static MalformedInputException malformed(String name, String rule) {
        return MalformedInputException.atLine("/sys/firmware/memmap/" + MalformedInputException.shorten(name), 1, rule);
    }
}
