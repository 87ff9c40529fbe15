package io.kexec4j.purgatory;

import java.util.List;
import java.util.Optional;

/**
 * All that {@link X86Purgatory} can be told.
 *
 * @param exit the mode in which the kernel is entered, where, and what it finds in its registers
 * @param checks the segments to verify, in the order in which to do it, at most {@value X86Purgatory#MAX_CHECKS}. Leave out
 *     what may change after the image was loaded, such as an ELF core header that is updated on hotplug, and the purgatory
 *     itself. None means that nothing is verified.
 * @param onMismatch what to do if a segment is damaged
 * @param console where to print; none means silence
 */
public record X86PurgatorySettings(
        X86Exit exit, List<SegmentCheck> checks, MismatchAction onMismatch, Optional<SerialConsole> console) {

    /**
     * Checks the values against each other.
     *
     * @param exit how the kernel is entered
     * @param checks the segments to verify; copied
     * @param onMismatch what to do if a segment is damaged
     * @param console where to print
     * @throws IllegalArgumentException if there are too many checks, or if the machine would halt without a word
     */
    public X86PurgatorySettings {
        checks = List.copyOf(checks);
        if (checks.size() > X86Purgatory.MAX_CHECKS) {
            throw new IllegalArgumentException(
                    "the purgatory can check %d segments, not %d".formatted(X86Purgatory.MAX_CHECKS, checks.size()));
        }
        if (onMismatch == MismatchAction.HALT && console.isEmpty()) {
            throw new IllegalArgumentException("halting on a mismatch needs a console: a machine that stops without a"
                    + " word cannot be told from one that hangs");
        }
    }

    /**
     * Starts with no checks, {@link MismatchAction#RESET} and no console.
     *
     * @param exit how the kernel is entered
     * @return a builder
     */
    public static Builder builder(X86Exit exit) {
        return new Builder(exit);
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder {
        private final X86Exit exit;
        private List<SegmentCheck> checks = List.of();
        private MismatchAction onMismatch = MismatchAction.RESET;
        private Optional<SerialConsole> console = Optional.empty();

        private Builder(X86Exit exit) {
            this.exit = exit;
        }

        /**
         * Sets which segments are verified.
         *
         * @param segments the checks, at most {@value X86Purgatory#MAX_CHECKS}
         * @return this
         */
        public Builder checks(List<SegmentCheck> segments) {
            checks = List.copyOf(segments);
            return this;
        }

        /**
         * Sets what to do if a segment is damaged.
         *
         * @param action what to do; {@link MismatchAction#HALT} needs a console
         * @return this
         */
        public Builder onMismatch(MismatchAction action) {
            onMismatch = action;
            return this;
        }

        /**
         * Sets where to print.
         *
         * @param uart the console
         * @return this
         */
        public Builder console(SerialConsole uart) {
            console = Optional.of(uart);
            return this;
        }

        /**
         * {@return the settings}
         *
         * @throws IllegalArgumentException if they contradict each other, see {@link X86PurgatorySettings}
         */
        public X86PurgatorySettings build() {
            return new X86PurgatorySettings(exit, checks, onMismatch, console);
        }
    }
}
