package io.kexec4j.crash;

import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What differs between architectures in how an image for a crash is made.
 *
 * @param describesKernel whether the core header has a program header of its own for the running kernel. It has where the kernel's
 *     addresses are not those at which it maps all other RAM: tools that read the dump look up the kernel's symbols there. It has
 *     not where both are the same, as on ppc64
 * @param onCommandLine whether the crash kernel finds the core header by {@code elfcorehdr=} on its command line, and not in a device
 *     tree
 * @param updatedInPlace which segments the running kernel rewrites when CPUs and memory come and go, and which the purgatory
 *     therefore must not check; none if it cannot do that
 * @param room how many bytes of the memory that was set apart the running kernel needs for itself while it loads the image
 * @param lent memory outside what was set apart that the crash kernel uses too, and that is no loss in the dump
 * @param backedUp memory outside what was set apart that the crash kernel uses too, but whose content belongs into the dump: the
 *     purgatory copies it into a segment before
 * @param kept memory that is in use whatever kernel runs, such as that of firmware: no segment lies in it, though it may be within what
 *     was set apart, and the dump has all of it
 * @param reach where the memory ends that the purgatory can read and write, and the crash kernel at its beginning, unsigned, not 0; -1 if
 *     that is all
 */
public record CrashRules(
        boolean describesKernel,
        boolean onCommandLine,
        Set<SegmentRole> updatedInPlace,
        long room,
        Optional<PhysicalRange> lent,
        Optional<PhysicalRange> backedUp,
        List<PhysicalRange> kept,
        long reach) {
    /**
     * Copies the set and the list.
     *
     * @param describesKernel whether the core header has a program header of its own for the running kernel
     * @param onCommandLine whether the crash kernel finds the core header by its command line
     * @param updatedInPlace which segments the running kernel rewrites
     * @param room how many bytes the running kernel needs for itself
     * @param lent memory that the crash kernel uses too
     * @param backedUp memory that the crash kernel uses too, and that is saved before
     * @param kept memory that is in use whatever kernel runs
     * @param reach where the memory ends that can be reached
     * @throws IllegalArgumentException if the room is not positive, or if no memory can be reached
     */
    public CrashRules {
        updatedInPlace = Set.copyOf(updatedInPlace);
        kept = List.copyOf(kept);
        if (reach == 0) {
            throw new IllegalArgumentException("some memory can be reached");
        }
        if (room <= 0) {
            throw new IllegalArgumentException("the running kernel needs some room for itself: " + room);
        }
    }

    /**
     * The rules where nothing else is in use, and all memory is reached.
     *
     * @param describesKernel whether the core header has a program header of its own for the running kernel
     * @param onCommandLine whether the crash kernel finds the core header by its command line
     * @param updatedInPlace which segments the running kernel rewrites
     * @param room how many bytes the running kernel needs for itself
     * @param lent memory that the crash kernel uses too
     * @param backedUp memory that the crash kernel uses too, and that is saved before
     * @throws IllegalArgumentException if the room is not positive
     */
    public CrashRules(
            boolean describesKernel,
            boolean onCommandLine,
            Set<SegmentRole> updatedInPlace,
            long room,
            Optional<PhysicalRange> lent,
            Optional<PhysicalRange> backedUp) {
        this(describesKernel, onCommandLine, updatedInPlace, room, lent, backedUp, List.of(), -1);
    }
}
