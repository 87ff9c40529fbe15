package io.kexec4j.boot;

import io.kexec4j.target.Target;
import java.util.Optional;

/** The log of what was measured (IMA), which the running kernel hands on by kexec_file_load only. */
public final class ImaLog {
    private static final String LOST =
            "is not handed on, which only kexec_file_load can: the second kernel's log will not explain"
                    + " the registers of the TPM";

    private ImaLog() {}

    /**
     * {@return what the user should know if the second kernel gets a log of its own}
     *
     * @param target the machine
     * @param hasOlder whether an earlier kernel has handed one over to the running one
     */
    public static Optional<String> remark(Target target, boolean hasOlder) {
        // The first entry is about the firmware, and every kernel makes it for itself.
        if (target.imaMeasurements().orElse(0) > 1) {
            return Optional.of("IMA's log of %d measurements %s"
                    .formatted(target.imaMeasurements().getAsLong(), LOST));
        }
        return hasOlder ? Optional.of("IMA's log that an earlier kernel has handed over " + LOST) : Optional.empty();
    }
}
