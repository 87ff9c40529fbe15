package io.kexec4j.boot.x86;

import io.kexec4j.boot.SegmentPlanner;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.X86JumpBack;
import io.kexec4j.purgatory.X86Purgatory;
import io.kexec4j.purgatory.X86PurgatorySettings;
import io.kexec4j.target.Target;
import java.util.List;
import java.util.Set;

/**
 * An image with no kernel in it, by which a second kernel goes back to the one that has started it with {@link
 * X86Option#PRESERVE_CONTEXT} ({@code --load-jump-back-helper}). It is loaded into the second kernel and started there, and keeps
 * that one as well, so that the first can jump to it once more. Both kernels need {@code CONFIG_KEXEC_JUMP}.
 */
public final class JumpBackImage {
    /** Where a segment must end; the control page of the other kernel obeys it too ({@code KEXEC_CONTROL_MEMORY_LIMIT}). */
    private static final long HIGHEST = Linux64Placement.HIGHEST;

    private JumpBackImage() {}

    /**
     * Makes the image.
     *
     * @param target the machine, as the second kernel knows it
     * @param window the memory in which all segments must lie
     * @param entry where the first kernel waits: {@code kexec_jump_back_entry} on the second kernel's command line, not 0
     * @return the image: a purgatory that checks nothing, and page tables
     * @throws UnsupportedCombinationException if the machine is no x86_64
     * @throws ProtocolLimitException if no kernel can wait at that address
     * @throws io.kexec4j.error.NoMemoryHoleException if there is no room
     * @throws IllegalArgumentException if the entry is 0
     */
    public static KexecImage of(Target target, PhysicalRange window, long entry) {
        if (target.architecture() != Architecture.X86_64) {
            throw new UnsupportedCombinationException("only kernels for x86_64 can be jumped back to, not one for "
                    + target.architecture().linuxName());
        }
        if (entry == 0) {
            throw new IllegalArgumentException("a kernel that can be jumped back to does not wait at address 0");
        }
        if (Long.compareUnsigned(entry, HIGHEST) >= 0) {
            throw new ProtocolLimitException("address to jump back to", entry, HIGHEST - 1);
        }
        X86Purgatory code = X86Purgatory.instance();
        SegmentPlanner planner = new SegmentPlanner(target, window);
        PhysicalRange limits = new PhysicalRange(Linux64Placement.LOWEST, HIGHEST);
        PhysicalRange purgatory =
                planner.place("purgatory", code.memorySize(), withinOneGigabyte(code), limits, Direction.TOP_DOWN);
        PhysicalRange place = planner.place("page tables", PageTables.SIZE, 1, limits, Direction.TOP_DOWN);
        PageTables tables = PageTables.of(place.start(), purgatory.start(), entry);
        LinkedPurgatory linked = code.link(
                purgatory.start(),
                X86PurgatorySettings.builder(new X86JumpBack(entry, tables.fourLevels(), tables.fiveLevels()))
                        .build());
        String reason = "as high as possible from 0x%x on".formatted(Linux64Placement.LOWEST);
        return new KexecImage(
                target.architecture(),
                target.pageSize(),
                linked.entry(),
                List.of(
                        new Segment(SegmentRole.PURGATORY, purgatory, Content.of(linked.content()), reason),
                        new Segment(SegmentRole.PAGE_TABLES, place, tables.content(), reason)),
                Set.of(KexecFlag.PRESERVE_CONTEXT),
                List.of());
    }

    /** An alignment by which no part of it, such as its stack at the end, lies beyond the gigabyte that is mapped. */
    private static long withinOneGigabyte(X86Purgatory code) {
        return Math.max(code.alignment(), Long.highestOneBit(2 * code.memorySize() - 1));
    }
}
