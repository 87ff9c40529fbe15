package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.RegionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What only a crash kernel is told, and what it cannot be. */
final class CrashCommandLine {
    /** What {@code memmap=} writes between the size and the start (Documentation/admin-guide/kernel-parameters.txt). */
    private static final Map<RegionType, String> MARKS = Map.of(
            RegionType.RAM, "@",
            RegionType.CRASH_KERNEL, "@",
            RegionType.ACPI_TABLES, "#",
            RegionType.ACPI_NVS, "#",
            RegionType.RESERVED, "$",
            RegionType.PERSISTENT_LEGACY, "!");

    private CrashCommandLine() {}

    /**
     * Checks the options.
     *
     * @throws UnsupportedCombinationException if some make no sense for a crash, or only for one
     */
    static void verify(BootRequest request) {
        boolean isForCrash = request.crash().isPresent();
        for (X86Option option : List.of(X86Option.MEMMAP_ON_COMMAND_LINE, X86Option.BACK_UP_LOW_MEMORY)) {
            if (request.has(option) && !isForCrash) {
                throw new UnsupportedCombinationException("%s: only a crash kernel has that".formatted(option.label()));
            }
        }
        if (request.has(X86Option.PRESERVE_CONTEXT) && isForCrash) {
            throw new UnsupportedCombinationException(
                    "%s: there is none after a crash".formatted(X86Option.PRESERVE_CONTEXT.label()));
        }
    }

    /** The whole command line. */
    static String of(BootRequest request) {
        if (!request.has(X86Option.MEMMAP_ON_COMMAND_LINE)) {
            return request.commandLine();
        }
        List<String> words = new ArrayList<>();
        words.add("memmap=exactmap");
        for (MemoryRegion region : request.target().memoryMap().regions()) {
            String mark = MARKS.get(region.type());
            if (mark != null) {
                words.add("memmap=0x%x%s0x%x"
                        .formatted(region.range().size(), mark, region.range().start()));
            }
        }
        words.add(request.commandLine());
        return String.join(" ", words);
    }
}
