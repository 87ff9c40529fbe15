package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files that tell what an image for a crash must know. Nothing of this is needed for other images, and none of it without root. */
final class CrashFiles {
    static final String IOMEM = "proc/iomem";

    private static final String VMCOREINFO = "sys/kernel/vmcoreinfo";

    /** Each where newer kernels have it, and where older ones do. */
    private static final List<String> CMA_RANGES =
            List.of("sys/kernel/kexec/crash_cma_ranges", "sys/kernel/kexec_crash_cma_ranges");

    private static final List<String> ELFCOREHDR_SIZE =
            List.of("sys/kernel/kexec/crash_elfcorehdr_size", "sys/kernel/crash_elfcorehdr_size");

    private static final List<String> SIZE = List.of("sys/kernel/kexec/crash_size", "sys/kernel/kexec_crash_size");

    /** The size is hexadecimal without 0x; in older kernels so is the address. */
    private static final Pattern NOTE = Pattern.compile("(?:0x)?([0-9a-fA-F]{1,16}) ([0-9a-fA-F]{1,6})");

    private static final int HEXADECIMAL = 16;

    private CrashFiles() {}

    /**
     * The facts, unless no memory is set apart for a crash, or that must not be known.
     *
     * @param inTree the memory that was set apart at boot, where a device tree tells that
     */
    static Optional<CrashFacts> read(RootFiles files, Architecture architecture, Optional<PhysicalRange> inTree)
            throws IOException {
        Optional<CrashMemory> memory = memory(files, inTree);
        return memory.isPresent() ? Optional.of(read(files, architecture, memory.get())) : Optional.empty();
    }

    private static Optional<CrashMemory> memory(RootFiles files, Optional<PhysicalRange> inTree) throws IOException {
        Optional<String> iomem = files.textIfAllowed(IOMEM);
        return iomem.isEmpty() ? Optional.empty() : CrashMemory.parse(iomem.get(), left(files, inTree));
    }

    /** What is left of it: the tree stays as it was at boot, while the end can be given back (crash_shrink_memory, kernel/kexec_core.c). */
    private static Optional<PhysicalRange> left(RootFiles files, Optional<PhysicalRange> inTree) throws IOException {
        Optional<NamedText> text = inTree.isPresent() ? first(files, SIZE) : Optional.empty();
        if (inTree.isEmpty() || text.isEmpty()) {
            return inTree;
        }
        long size = RootFiles.size(text.get().name, text.get().text.strip());
        return size == 0
                ? Optional.empty()
                : inTree.map(range -> PhysicalRange.ofSize(range.start(), smaller(range.size(), size)));
    }

    private static long smaller(long one, long other) {
        return Long.compareUnsigned(one, other) < 0 ? one : other;
    }

    private static CrashFacts read(RootFiles files, Architecture architecture, CrashMemory memory) throws IOException {
        CrashCpus cpus = CrashCpus.read(files, memory);
        CrashFacts.Builder facts = CrashFacts.builder(memory.systemRam(), memory.reservations())
                .apertures(memory.apertures())
                .cpus(cpus.cpus(), cpus.possible());
        Optional<NamedText> cmaRanges = first(files, CMA_RANGES);
        if (cmaRanges.isPresent()) {
            facts.cmaRanges(CmaRanges.parse(cmaRanges.get().name, cmaRanges.get().text, memory));
        }
        Optional<String> note = files.textIfAllowed(VMCOREINFO);
        if (note.isPresent()) {
            facts.vmcoreinfo(vmcoreinfo(note.get().strip(), memory));
        }
        KernelFiles.read(files, memory, architecture, facts);
        Optional<NamedText> elfcorehdrSize = first(files, ELFCOREHDR_SIZE);
        if (elfcorehdrSize.isPresent()) {
            facts.elfcorehdrSize(RootFiles.number(
                    elfcorehdrSize.get().name, elfcorehdrSize.get().text.strip()));
        }
        return facts.build();
    }

    private record NamedText(String name, String text) {}

    /** The first file that there is. */
    private static Optional<NamedText> first(RootFiles files, List<String> names) throws IOException {
        for (String name : names) {
            Optional<String> text = files.textIfAllowed(name);
            if (text.isPresent()) {
                return text.map(found -> new NamedText(name, found));
            }
        }
        return Optional.empty();
    }

    private static PhysicalRange vmcoreinfo(String text, CrashMemory memory) throws MalformedInputException {
        Matcher note = NOTE.matcher(text);
        if (!note.matches()) {
            throw RootFiles.malformed(
                    VMCOREINFO,
                    "there must be an address and a size, in hexadecimal digits: "
                            + MalformedInputException.quote(text));
        }
        return memory.ram(
                VMCOREINFO,
                Long.parseUnsignedLong(note.group(1), HEXADECIMAL),
                Long.parseLong(note.group(2), HEXADECIMAL));
    }

    /**
     * All that tells these facts, and nothing else; if there are none, at most the file that tells so. Not the files that the memory map
     * needs too.
     *
     * @param inTree as above
     */
    static Map<String, byte[]> factsOnly(RootFiles files, Optional<PhysicalRange> inTree) throws IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        if (inTree.isPresent()) {
            // Be there anything left or not: the copy of the tree does not tell that.
            for (String name : SIZE) {
                files.bytesIfAllowed(name).ifPresent(bytes -> contents.put(name, bytes));
            }
        }
        Optional<CrashMemory> memory = memory(files, inTree);
        if (memory.isPresent()) {
            List<String> names = new ArrayList<>(CrashCpus.names(files));
            names.add(VMCOREINFO);
            names.addAll(CMA_RANGES);
            names.addAll(ELFCOREHDR_SIZE);
            for (String name : names) {
                files.bytesIfAllowed(name).ifPresent(bytes -> contents.put(name, bytes));
            }
            contents.putAll(KernelFiles.factsOnly(files, memory.get()));
        }
        return contents;
    }
}
