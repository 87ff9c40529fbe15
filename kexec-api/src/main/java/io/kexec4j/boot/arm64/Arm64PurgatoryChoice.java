package io.kexec4j.boot.arm64;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.purgatory.Arm64Exit;
import io.kexec4j.purgatory.Arm64PurgatorySettings;
import io.kexec4j.purgatory.MmioUart;
import io.kexec4j.purgatory.SegmentCheck;
import java.util.List;

/** What the purgatory is told: what the user has decided, and how the machine is reset. */
final class Arm64PurgatoryChoice {
    private Arm64PurgatoryChoice() {}

    static Arm64PurgatorySettings of(BootRequest request, Arm64Exit exit, List<SegmentCheck> checks) {
        Arm64PurgatorySettings.Builder settings = Arm64PurgatorySettings.builder(exit)
                .checks(checks)
                .onMismatch(request.verification().onMismatch());
        request.verification().console().ifPresent(console -> {
            if (!(console instanceof MmioUart uart)) {
                throw new UnsupportedCombinationException(
                        "the purgatory for arm64 cannot print on a console behind I/O ports: " + console);
            }
            settings.console(uart);
        });
        return settings.build();
    }
}
