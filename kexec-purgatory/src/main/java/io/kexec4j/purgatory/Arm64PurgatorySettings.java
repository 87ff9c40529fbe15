package io.kexec4j.purgatory;

import java.util.List;
import java.util.Optional;

/**
 * All that {@link Arm64Purgatory} can be told.
 *
 * @param exit how the kernel is entered
 * @param checks the segments to verify, in the order in which to do it, at most {@value Purgatory#MAX_CHECKS}. Leave out
 *     what may change after the image was loaded, and the purgatory itself. None means that nothing is verified.
 * @param onMismatch what to do if a segment is damaged
 * @param console the UART to print on, if any
 * @param psci how to reset the machine; without it, {@link MismatchAction#RESET} can only stop the processor
 * @param useCache whether the data cache may be on while a segment is hashed, which makes it many times faster. Only the pages of
 *     the segment and of the purgatory are mapped meanwhile; afterwards they are cleaned, and cache and MMU are off again. Where the
 *     processor has no pages of 4 KiB, it stays off
 * @param useSha2 whether the instructions for SHA-256 may be used, if the processor has them
 */
public record Arm64PurgatorySettings(
        Arm64Exit exit,
        List<SegmentCheck> checks,
        MismatchAction onMismatch,
        Optional<MmioUart> console,
        Optional<PsciConduit> psci,
        boolean useCache,
        boolean useSha2) {
    /**
     * Checks the values against each other.
     *
     * @param exit how the kernel is entered
     * @param checks the segments to verify; copied
     * @param onMismatch what to do if a segment is damaged
     * @param console the UART to print on
     * @param psci how to reset the machine
     * @param useCache whether the data cache may be used
     * @param useSha2 whether the instructions for SHA-256 may be used
     * @throws IllegalArgumentException if there are too many checks, or if the machine would halt without a word
     */
    public Arm64PurgatorySettings {
        checks = Purgatory.checked(checks, onMismatch, console.isPresent());
    }

    /**
     * Starts with no checks, {@link MismatchAction#RESET}, no console, no PSCI, and all that makes it fast.
     *
     * @param exit how the kernel is entered
     * @return a builder
     */
    public static Builder builder(Arm64Exit exit) {
        return new Builder(exit);
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder extends SettingsBuilder<MmioUart, Builder> {
        private final Arm64Exit exit;
        private Optional<PsciConduit> psci = Optional.empty();
        private boolean useCache = true;
        private boolean useSha2 = true;

        private Builder(Arm64Exit exit) {
            this.exit = exit;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets how to reset the machine.
         *
         * @param conduit how the firmware is called
         * @return this
         */
        public Builder psci(PsciConduit conduit) {
            psci = Optional.of(conduit);
            return this;
        }

        /**
         * Sets whether the data cache may be on while a segment is hashed.
         *
         * @param wanted whether it may
         * @return this
         */
        public Builder useCache(boolean wanted) {
            useCache = wanted;
            return this;
        }

        /**
         * Sets whether the instructions for SHA-256 may be used.
         *
         * @param wanted whether they may
         * @return this
         */
        public Builder useSha2(boolean wanted) {
            useSha2 = wanted;
            return this;
        }

        /**
         * {@return the settings}
         *
         * @throws IllegalArgumentException if they contradict each other, see {@link Arm64PurgatorySettings}
         */
        public Arm64PurgatorySettings build() {
            return new Arm64PurgatorySettings(exit, checks, onMismatch, console, psci, useCache, useSha2);
        }
    }
}
