package io.kexec4j.boot.arm64;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.purgatory.Arm64Exit;
import io.kexec4j.purgatory.Arm64PurgatorySettings;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.MmioUart;
import io.kexec4j.purgatory.PsciConduit;
import io.kexec4j.purgatory.SegmentCheck;
import io.kexec4j.target.DeviceTreeFacts;
import java.util.List;
import java.util.Optional;

/** What the purgatory is told: what the user has decided, and how the machine is reset. */
final class Arm64PurgatoryChoice {
    private Arm64PurgatoryChoice() {}

    /**
     * Chooses.
     *
     * @param request what the image is made of
     * @param exit how the kernel is entered
     * @param checks the segments to verify
     * @param tree the second kernel's, which tells of the same machine
     * @param remarks gets what the user may not expect
     */
    static Arm64PurgatorySettings of(
            BootRequest request, Arm64Exit exit, List<SegmentCheck> checks, DeviceTree tree, List<String> remarks) {
        Arm64PurgatorySettings.Builder settings = Arm64PurgatorySettings.builder(exit)
                .checks(checks)
                .onMismatch(request.verification().onMismatch());
        request.verification().console().ifPresent(console -> {
            if (!(console instanceof MmioUart uart)) {
                throw new UnsupportedCombinationException(
                        "the purgatory for arm64 can only print on a UART in device memory, not on " + console);
            }
            settings.console(uart);
        });
        Optional<PsciConduit> psci = DeviceTreeFacts.psciConduit(tree);
        psci.ifPresent(settings::psci);
        boolean wouldReset = request.verification().onMismatch() == MismatchAction.RESET && !checks.isEmpty();
        if (psci.isEmpty() && wouldReset) {
            remarks.add("a damaged segment would stop the machine and not reset it: the device tree names no PSCI");
        }
        return settings.build();
    }
}
