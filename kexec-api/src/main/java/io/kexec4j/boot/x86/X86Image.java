package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.CheckedSegments;
import io.kexec4j.crash.CrashPlan;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.LinkedPurgatory;
import io.kexec4j.purgatory.SegmentCheck;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.purgatory.X86Exit;
import io.kexec4j.purgatory.X86Purgatory;
import io.kexec4j.purgatory.X86PurgatorySettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** The last step of every x86 protocol: the purgatory that checks the other segments and starts the kernel. */
final class X86Image {
    private X86Image() {}

    /** Whether the purgatory can do what the user has decided, which then is true for every protocol on x86. */
    static boolean honours(BootOption option) {
        return option == X86Option.VGA_CONSOLE || option == X86Option.VGA_RESET;
    }

    /** How many bytes the purgatory may add to the command line. */
    static int addedToCommandLine(BootRequest request) {
        return request.has(X86Option.PRESERVE_CONTEXT) ? X86PurgatorySettings.JUMP_BACK_ROOM : 0;
    }

    /**
     * Adds the purgatory, and what the image keeps for the running kernel.
     *
     * @param request what the image is made of
     * @param segments all others
     * @param place where the purgatory will lie
     * @param reason why it lies there
     * @param exit how the kernel is entered
     * @param commandLineEnd where the NUL behind the command line lies, if something can be added there
     * @param remarks what was decided on the user's behalf
     * @throws IOException if a file has shrunk
     */
    static KexecImage of(
            BootRequest request,
            List<Segment> segments,
            PhysicalRange place,
            String reason,
            X86Exit exit,
            OptionalLong commandLineEnd,
            List<String> remarks)
            throws IOException {
        CheckedSegments checked = CheckedSegments.of(request, segments);
        LinkedPurgatory purgatory =
                X86Purgatory.instance().link(place.start(), settings(request, exit, commandLineEnd, checked.checks()));
        List<Segment> all = new ArrayList<>(checked.with(purgatory, place, reason));
        all.addAll(KeptMemory.backups(request, all.stream().map(Segment::range).toList()));
        Set<KexecFlag> flags = request.has(X86Option.PRESERVE_CONTEXT) ? Set.of(KexecFlag.PRESERVE_CONTEXT) : Set.of();
        return new KexecImage(Architecture.X86_64, request.target().pageSize(), purgatory.entry(), all, flags, remarks);
    }

    private static X86PurgatorySettings settings(
            BootRequest request, X86Exit exit, OptionalLong commandLineEnd, List<SegmentCheck> checks) {
        X86PurgatorySettings.Builder settings = X86PurgatorySettings.builder(exit)
                .checks(checks)
                .onMismatch(request.verification().onMismatch())
                .vgaConsole(request.has(X86Option.VGA_CONSOLE))
                .vgaReset(request.has(X86Option.VGA_RESET));
        request.verification().console().ifPresent(console -> {
            if (!(console instanceof SerialConsole uart)) {
                throw new UnsupportedCombinationException(
                        "the purgatory for x86 can only print on a console behind I/O ports, not on " + console);
            }
            settings.console(uart);
        });
        request.crash().flatMap(CrashPlan::backupCopy).ifPresent(settings::backup);
        if (request.has(X86Option.PRESERVE_CONTEXT)) {
            commandLineEnd.ifPresent(settings::commandLineEnd);
        }
        return settings.build();
    }
}
