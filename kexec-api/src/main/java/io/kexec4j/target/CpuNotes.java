package io.kexec4j.target;

import io.kexec4j.memory.PhysicalRange;

/**
 * Where a CPU will leave its registers as ELF notes when the running kernel crashes ({@code crash_notes}, kernel/kexec_core.c).
 *
 * @param cpu its number, which need not follow on that of another, 0 or more
 * @param isOnline whether it runs now
 * @param notes the memory of the notes, as {@code /sys/devices/system/cpu/cpuN/crash_notes} and {@code crash_notes_size} tell it
 */
public record CpuNotes(int cpu, boolean isOnline, PhysicalRange notes) {
    /**
     * Checks the number and the memory.
     *
     * @param cpu its number
     * @param isOnline whether it runs now
     * @param notes the memory of the notes
     * @throws IllegalArgumentException if the number is negative, or if the notes begin at address 0: in a core header, a kernel for
     *     Power would take them for the memory that a crash kernel overwrites and has a copy of
     */
    public CpuNotes {
        if (cpu < 0) {
            throw new IllegalArgumentException("the number of a CPU must not be negative: " + cpu);
        }
        if (notes.start() == 0) {
            throw new IllegalArgumentException("the notes of a CPU must not lie at address 0: " + notes);
        }
    }
}
