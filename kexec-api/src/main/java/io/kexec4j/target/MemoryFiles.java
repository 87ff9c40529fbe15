package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.memory.DeviceTreeMemory;
import io.kexec4j.memory.FirmwareMemmap;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemorySource;
import io.kexec4j.memory.PowerMemory;
import io.kexec4j.memory.ProcIomem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files that tell of the memory, of which one counts: {@link MemorySource} says which. */
final class MemoryFiles {
    static final String IOMEM = CrashFiles.IOMEM;
    static final String MEMMAP = "sys/firmware/memmap";

    private static final List<String> MEMMAP_FILES = List.of("start", "end", "type");

    private final RootFiles files;
    private final MemorySource source;

    MemoryFiles(RootFiles files, MemorySource source) {
        this.files = files;
        this.source = source;
    }

    /** Every file that there may be, but for device trees. */
    static List<String> names(RootFiles files) throws IOException {
        List<String> names = new ArrayList<>(List.of(IOMEM));
        for (String entry : files.names(MEMMAP)) {
            MEMMAP_FILES.forEach(file -> names.add(memmapDirectory(entry) + file));
        }
        return names;
    }

    /**
     * Reads the memory.
     *
     * @param commandLine of the running kernel
     * @param efi what keeps some of it
     * @param live the device tree as it is now, where that counts more than the other
     * @param given the device tree that the running kernel was given
     */
    MemoryMap read(String commandLine, Optional<EfiFacts> efi, Optional<Fdt> live, Optional<Fdt> given)
            throws IOException {
        MemoryMap memoryMap =
                source == MemorySource.LIVE_DEVICE_TREE ? inTree(live, given) : memoryMap(commandLine, given);
        if (efi.isEmpty()) {
            return memoryMap;
        }
        MemoryMap rest = KeptForEfi.reserve(memoryMap, efi.get().runtimeMap());
        if (rest.ram().isEmpty()) {
            throw RootFiles.malformed(EfiFiles.RUNTIME_MAP, "there must be System RAM besides what EFI uses");
        }
        return rest;
    }

    private static MemoryMap inTree(Optional<Fdt> live, Optional<Fdt> given) throws IOException {
        Fdt tree = live.or(() -> given)
                .orElseThrow(() -> RootFiles.malformed(
                        DeviceTreeDirectory.DIRECTORY, "the directory is missing, and the memory map is needed"));
        List<MemoryReservation> reservations =
                given.map(MemoryFiles::reservations).orElse(List.of());
        return withRam("memory in the device tree", PowerMemory.parse(tree, reservations));
    }

    /**
     * But for that of the tree itself, which kexec-tools adds: where it lies is not known, but how large it is. The next kernel has
     * another.
     */
    private static List<MemoryReservation> reservations(Fdt tree) {
        return tree.reservations().stream()
                .filter(reservation -> reservation.size() != tree.header().totalSize())
                .toList();
    }

    private MemoryMap memoryMap(String commandLine, Optional<Fdt> tree) throws IOException {
        boolean firmwareIsComplete = !List.of(commandLine.split("\\s+")).contains("add_efi_memmap");
        List<String> entries = firmwareIsComplete ? files.names(MEMMAP) : List.of();
        if (!entries.isEmpty()) {
            return withRam(MEMMAP, firmwareMap(entries));
        }
        boolean isHidden = files.text(IOMEM).map(ProcIomem::isHidden).orElse(true);
        if (isHidden && source == MemorySource.IOMEM_OR_DEVICE_TREE && tree.isPresent()) {
            return withRam("memory in the device tree", DeviceTreeMemory.parse(tree.get()));
        }
        return withRam(IOMEM, ProcIomem.parse(required(IOMEM)).toMemoryMap());
    }

    private static MemoryMap withRam(String source, MemoryMap memoryMap) throws MalformedInputException {
        if (memoryMap.ram().isEmpty()) {
            throw RootFiles.malformed(source, "there must be System RAM");
        }
        return memoryMap;
    }

    private MemoryMap firmwareMap(List<String> entries) throws IOException {
        List<FirmwareMemmap.Entry> texts = new ArrayList<>();
        for (String entry : entries) {
            String directory = memmapDirectory(entry);
            texts.add(new FirmwareMemmap.Entry(
                    entry, required(directory + "start"), required(directory + "end"), required(directory + "type")));
        }
        return FirmwareMemmap.parse(texts);
    }

    private static String memmapDirectory(String entry) {
        return MEMMAP + "/" + entry + "/";
    }

    private String required(String name) throws IOException {
        return files.text(name)
                .orElseThrow(() -> RootFiles.malformed(name, "the file is missing, and the memory map is needed"))
                .strip();
    }
}
