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
 * @param firmware memory that firmware keeps, which goes on running there: no segment lies in it, though it may be within what was set
 *     apart, and the dump has all of it
 */
public record CrashRules(
        boolean describesKernel,
        boolean onCommandLine,
        Set<SegmentRole> updatedInPlace,
        long room,
        Optional<PhysicalRange> lent,
        Optional<PhysicalRange> backedUp,
        List<PhysicalRange> firmware) {
    /**
     * Copies the set and the list.
     *
     * @param describesKernel whether the core header has a program header of its own for the running kernel
     * @param onCommandLine whether the crash kernel finds the core header by its command line
     * @param updatedInPlace which segments the running kernel rewrites
     * @param room how many bytes the running kernel needs for itself
     * @param lent memory that the crash kernel uses too
     * @param backedUp memory that the crash kernel uses too, and that is saved before
     * @param firmware memory that firmware keeps
     * @throws IllegalArgumentException if the room is not positive
     */
    public CrashRules {
        updatedInPlace = Set.copyOf(updatedInPlace);
        firmware = List.copyOf(firmware);
        if (room <= 0) {
            throw new IllegalArgumentException("the running kernel needs some room for itself: " + room);
        }
    }
}
