package io.kexec4j.memory;

import io.kexec4j.error.MalformedInputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

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
     * @param start physical address of the first byte, as {@code 0x} and hexadecimal digits
     * @param end physical address of the last byte, in the same form
     * @param type what Linux calls the type
     */
    public record Entry(String start, String end, String type) {}

    private record Numbered(int number, MemoryRegion region) {}

    /**
     * Parses the entries.
     *
     * @param entries the entries, in any order; errors count them from 0
     * @return the memory map
     * @throws MalformedInputException if an address is no number of 64 bits, if an entry ends before it starts or at the last
     *     byte of the address space, if a type is empty, or if two entries overlap
     */
    public static MemoryMap parse(Collection<Entry> entries) throws MalformedInputException {
        List<Numbered> regions = new ArrayList<>();
        for (Entry entry : entries) {
            regions.add(new Numbered(regions.size(), region(entry, regions.size())));
        }
        regions.sort(Comparator.comparing(numbered -> numbered.region.range()));
        for (int i = 1; i < regions.size(); i++) {
            Numbered below = regions.get(i - 1);
            Numbered above = regions.get(i);
            if (below.region.range().overlaps(above.region.range())) {
                throw malformed(
                        above.number,
                        "%s must not overlap entry %d, %s".formatted(above.region, below.number, below.region));
            }
        }
        return new MemoryMap(regions.stream().map(Numbered::region).toList());
    }

    private static MemoryRegion region(Entry entry, int number) throws MalformedInputException {
        long first = address(entry.start, "start", number);
        long last = address(entry.end, "end", number);
        try {
            return new MemoryRegion(PhysicalRange.ofInclusive(first, last), type(entry, number));
        } catch (IllegalArgumentException e) {
            throw malformed(number, HexText.rangeRule(first, last));
        }
    }

    private static long address(String text, String file, int number) throws MalformedInputException {
        String stripped = text.strip();
        return HexText.parse(stripped.startsWith("0x") ? stripped.substring(2) : "")
                .orElseThrow(() -> malformed(
                        number,
                        "the %s must be 0x and at most 16 hexadecimal digits: %s"
                                .formatted(file, HexText.quote(stripped))));
    }

    private static RegionType type(Entry entry, int number) throws MalformedInputException {
        String name = entry.type.strip();
        if (name.isEmpty()) {
            throw malformed(number, "the type must not be empty");
        }
        return RegionType.byName(name)
                .orElseGet(() -> new RegionType(
                        name, OptionalLong.of(RegionType.RESERVED.e820Code().orElseThrow())));
    }

    /** Each file has one line. */
    private static MalformedInputException malformed(int number, String rule) {
        return MalformedInputException.atLine("/sys/firmware/memmap, entry " + number, 1, rule);
    }
}
