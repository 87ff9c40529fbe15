package io.kexec4j.examples.bootmatrix;

import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;

/**
 * A memory map of a PC, from the places where one is printed.
 *
 * @param start physical address
 * @param last physical address, inclusive
 * @param type as the firmware numbers it: 1 is usable memory (ACPI, Address Range Types)
 */
record E820(long start, long last, int type) {
    /** Names of arch/x86/kernel/e820.c in Linux, e820_print_type. */
    private static final Map<String, Integer> LINUX_TYPES =
            Map.of("usable", 1, "reserved", 2, "ACPI data", 3, "ACPI NVS", 4, "unusable", 5, "persistent (type 7)", 7);

    /** What the load command prints with {@code -d}: the map that it hands to the second kernel. */
    static List<E820> ofPlan(Console console) {
        String lines = console.frame("load")
                .get("^E820 memmap:\n((?:[0-9a-f]+-[0-9a-f]+ \\(\\d+\\)(?:\n|$))+)")
                .group(1);
        return lines.lines()
                .map(line -> line.split("[- ()]+"))
                .map(fields -> new E820(hex(fields[0]), hex(fields[1]), Integer.parseInt(fields[2])))
                .toList();
    }

    /** What Linux prints of the map that it was handed. */
    static List<E820> ofLinux(Console console) {
        return console.frame("e820")
                .all("^\\[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\\] (.+)$")
                .map(line -> new E820(hex(line.group(1)), hex(line.group(2)), typeOf(line.group(3))))
                .toList();
    }

    /** What the quickstart's kernel prints of the map that it was handed. */
    static List<E820> ofTinyKernel(Console console) {
        return console.all("\\{\"start\": \"0x([0-9a-f]+)\", \"size\": \"0x([0-9a-f]+)\", \"type\": (\\d+)}")
                .map(E820::ofStartAndSize)
                .toList();
    }

    @Override
    public String toString() {
        return "%016x-%016x (%d)".formatted(start, last, type);
    }

    private static E820 ofStartAndSize(MatchResult entry) {
        long start = hex(entry.group(1));
        return new E820(start, start + hex(entry.group(2)) - 1, Integer.parseInt(entry.group(3)));
    }

    private static int typeOf(String linuxName) {
        return LINUX_TYPES.getOrDefault(linuxName, -1);
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }
}
