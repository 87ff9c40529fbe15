package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code /sys/devices/system/cpu}: the CPUs, and where each will leave its registers (drivers/base/cpu.c). Linux tells that of those
 * that are there, of those too that do not run, and to root only. 6.1 and 6.12 want 368 bytes for it on x86, 424 on arm64; nothing
 * here relies on that.
 *
 * @param cpus those that are there, by their numbers; none if anything of one of them is not known, since a dump that silently lacks
 *     CPUs would be worse than none
 * @param possible how many there may be; 0 if that is not known
 */
record CrashCpus(List<CpuNotes> cpus, int possible) {
    static final String DIRECTORY = "sys/devices/system/cpu";

    private static final String POSSIBLE = DIRECTORY + "/possible";
    private static final String PRESENT = DIRECTORY + "/present";
    private static final String ONLINE = DIRECTORY + "/online";
    private static final String NOTES = "/crash_notes";
    private static final String NOTES_SIZE = "/crash_notes_size";

    private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F]{1,16}");
    private static final int HEXADECIMAL = 16;

    /** The headers of one note and of that behind the last, and the name "CORE". */
    private static final int SMALLEST_NOTES = 32;

    private static final int LARGEST_NOTES = 1 << 16;

    /** Every file that there may be. */
    static List<String> names(RootFiles files) throws IOException {
        List<String> names = new ArrayList<>(List.of(POSSIBLE, PRESENT, ONLINE));
        for (int cpu : list(files, PRESENT).orElse(List.of())) {
            names.add(directory(cpu) + NOTES);
            names.add(directory(cpu) + NOTES_SIZE);
        }
        return names;
    }

    static CrashCpus read(RootFiles files, CrashMemory memory) throws IOException {
        // In this order: a CPU that comes in between is not there yet, rather than one that cannot be.
        Optional<List<Integer>> online = list(files, ONLINE);
        Optional<List<Integer>> present = list(files, PRESENT);
        Optional<List<Integer>> possible = list(files, POSSIBLE);
        if (possible.isEmpty() || present.isEmpty() || online.isEmpty()) {
            return new CrashCpus(List.of(), possible.map(List::size).orElse(0));
        }
        if (!new HashSet<>(possible.get()).containsAll(present.get())) {
            throw RootFiles.malformed(PRESENT, "a CPU that is there must be among those in " + POSSIBLE);
        }
        Set<Integer> running = new HashSet<>(online.get());
        List<CpuNotes> cpus = new ArrayList<>();
        for (int cpu : present.get()) {
            Optional<PhysicalRange> notes = notes(files, cpu, memory);
            if (notes.isEmpty()) {
                return new CrashCpus(List.of(), possible.get().size());
            }
            cpus.add(new CpuNotes(cpu, running.contains(cpu), notes.get()));
        }
        return new CrashCpus(cpus, possible.get().size());
    }

    private static String directory(int cpu) {
        return DIRECTORY + "/cpu" + cpu;
    }

    private static Optional<List<Integer>> list(RootFiles files, String name) throws IOException {
        Optional<String> text = files.textIfAllowed(name).filter(list -> !CpuList.isCutOff(list));
        return text.isEmpty() ? Optional.empty() : Optional.of(CpuList.parse(name, text.get()));
    }

    private static Optional<PhysicalRange> notes(RootFiles files, int cpu, CrashMemory memory) throws IOException {
        String name = directory(cpu) + NOTES;
        Optional<String> address = files.textIfAllowed(name);
        Optional<String> size = files.textIfAllowed(directory(cpu) + NOTES_SIZE);
        return address.isEmpty() || size.isEmpty()
                ? Optional.empty()
                : Optional.of(memory.ram(name, address(name, address.get()), size(directory(cpu), size.get())));
    }

    private static long address(String name, String text) throws MalformedInputException {
        if (!ADDRESS.matcher(text.strip()).matches()) {
            throw RootFiles.malformed(
                    name, "an address must have at most 16 hexadecimal digits: " + MalformedInputException.quote(text));
        }
        return Long.parseUnsignedLong(text.strip(), HEXADECIMAL);
    }

    private static int size(String directory, String text) throws MalformedInputException {
        String name = directory + NOTES_SIZE;
        int size = RootFiles.number(name, text.strip());
        if (size < SMALLEST_NOTES || size > LARGEST_NOTES) {
            throw RootFiles.malformed(
                    name, "notes must have %d to %d bytes: %d".formatted(SMALLEST_NOTES, LARGEST_NOTES, size));
        }
        return size;
    }
}
