package io.kexec4j.boot.ppc64;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.crash.CrashPlan;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.purgatory.FirmwareConsole;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.OpalConsole;
import io.kexec4j.purgatory.Ppc64Exit;
import io.kexec4j.purgatory.Ppc64PurgatorySettings;
import io.kexec4j.purgatory.RtasFirmware;
import io.kexec4j.purgatory.SegmentCheck;
import io.kexec4j.target.PowerFacts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What the purgatory is told: what the user has decided, and how the machine is reset. */
final class Ppc64PurgatoryChoice {
    private Ppc64PurgatoryChoice() {}

    /**
     * Chooses.
     *
     * @param request what the image is made of
     * @param exit how the kernel is entered
     * @param kernel which begins with what it needs at address 0
     * @param checks the segments to verify
     * @param facts of the machine
     * @param remarks gets what the user may not expect
     */
    static Ppc64PurgatorySettings of(
            BootRequest request,
            Ppc64Exit exit,
            Ppc64Kernel kernel,
            List<SegmentCheck> checks,
            PowerFacts facts,
            List<String> remarks)
            throws IOException {
        Ppc64PurgatorySettings.Builder settings = Ppc64PurgatorySettings.builder(exit, kernel.head())
                .checks(checks)
                .onMismatch(request.verification().onMismatch());
        request.verification().console().ifPresent(console -> {
            if (!(console instanceof FirmwareConsole terminal)) {
                throw new UnsupportedCombinationException(
                        "the purgatory for ppc64 can only print on a terminal of the hypervisor or of the firmware, not on "
                                + console);
            }
            if (terminal instanceof OpalConsole != exit.opal().isPresent()) {
                throw new UnsupportedCombinationException(
                        "a machine with OPAL has terminals of OPAL, and others have those of the hypervisor: "
                                + terminal);
            }
            settings.console(terminal);
        });
        Optional<RtasFirmware> rtas = facts.rtas()
                .flatMap(memory -> facts.systemReboot()
                        .map(call -> new RtasFirmware(memory.start(), call.entry(), (int) call.token())));
        rtas.ifPresent(settings::rtas);
        boolean wouldReset = request.verification().onMismatch() == MismatchAction.RESET && !checks.isEmpty();
        if (rtas.isEmpty() && exit.opal().isEmpty() && wouldReset) {
            remarks.add("a damaged segment would stop the machine and not reset it:"
                    + " the device tree names neither OPAL nor RTAS' system-reboot");
        }
        request.crash().flatMap(CrashPlan::backupCopy).ifPresent(settings::backup);
        return settings.build();
    }
}
