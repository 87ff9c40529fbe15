package io.kexec4j.purgatory;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that {@link X86Purgatory} can be told.
 *
 * @param exit the mode in which the kernel is entered, where, and what it finds in its registers
 * @param checks the segments to verify, in the order in which to do it, at most {@value Purgatory#MAX_CHECKS}. Leave out
 *     what may change after the image was loaded, such as an ELF core header that is updated on hotplug, and the purgatory
 *     itself. None means that nothing is verified.
 * @param onMismatch what to do if a segment is damaged
 * @param console the serial port to print on, if any
 * @param vgaConsole whether to print on the screen of a VGA adapter, from the line of the cursor on. That takes 80x25 text mode;
 *     an adapter whose VGA registers tell of another mode is left alone. One that shows what they do not know of, a framebuffer of a
 *     driver, takes the text and may not show it. Before a reset because of a damaged segment, the message stays there for
 *     {@value #READING_SECONDS} seconds or more
 * @param vgaReset whether to put a VGA adapter into 80x25 text mode first (mode 3), with an empty screen: registers, colours, and
 *     unless the adapter's memory holds one, a font for ASCII. This is by VGA's own registers, without the adapter's BIOS: an
 *     adapter whose driver has taken it into a mode beyond VGA, such as any large framebuffer, stays as it is
 * @param commandLineEnd physical address of the NUL at the end of the kernel's command line, to which {@code
 *     kexec_jump_back_entry=} and an address are added if the running kernel can be jumped back to; {@value #JUMP_BACK_ROOM} bytes
 *     behind it must be free, and are written after the checks
 * @param backup memory to copy before the kernel is started, if any
 */
public record X86PurgatorySettings(
        X86Exit exit,
        List<SegmentCheck> checks,
        MismatchAction onMismatch,
        Optional<SerialConsole> console,
        boolean vgaConsole,
        boolean vgaReset,
        OptionalLong commandLineEnd,
        Optional<BackupCopy> backup) {
    /** How long a message stays on the screen of a VGA adapter at least; up to five times that, as the processor's clock has it. */
    public static final int READING_SECONDS = 7;

    /** How many bytes are added to a command line at most: {@code " kexec_jump_back_entry=0x"} and 16 digits. */
    public static final int JUMP_BACK_ROOM = 41;

    /**
     * Checks the values against each other.
     *
     * @param exit how the kernel is entered
     * @param checks the segments to verify; copied
     * @param onMismatch what to do if a segment is damaged
     * @param console the serial port to print on
     * @param vgaConsole whether to print on the screen of a VGA adapter
     * @param vgaReset whether to put a VGA adapter into text mode
     * @param commandLineEnd where the kernel's command line ends
     * @param backup memory to copy
     * @throws IllegalArgumentException if there are too many checks, or if the machine would halt without a word
     */
    public X86PurgatorySettings {
        checks = Purgatory.checked(checks, onMismatch, console.isPresent() || vgaConsole);
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
    public static final class Builder extends SettingsBuilder<SerialConsole, Builder> {
        private final X86Exit exit;
        private boolean vgaConsole;
        private boolean vgaReset;
        private OptionalLong commandLineEnd = OptionalLong.empty();
        private Optional<BackupCopy> backup = Optional.empty();

        private Builder(X86Exit exit) {
            this.exit = exit;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets whether to print on the screen of a VGA adapter as well.
         *
         * @param wanted whether to
         * @return this
         */
        public Builder vgaConsole(boolean wanted) {
            vgaConsole = wanted;
            return this;
        }

        /**
         * Sets whether to put a VGA adapter into text mode first.
         *
         * @param wanted whether to
         * @return this
         */
        public Builder vgaReset(boolean wanted) {
            vgaReset = wanted;
            return this;
        }

        /**
         * Sets where the command line ends, so that the kernel is told how to jump back to the running one.
         *
         * @param address physical address of the NUL, see {@link X86PurgatorySettings}
         * @return this
         */
        public Builder commandLineEnd(long address) {
            commandLineEnd = OptionalLong.of(address);
            return this;
        }

        /**
         * Sets what to copy after the checks and before the kernel is started.
         *
         * @param copy the copy; neither side may have memory of the purgatory
         * @return this
         */
        public Builder backup(BackupCopy copy) {
            backup = Optional.of(copy);
            return this;
        }

        /**
         * {@return the settings}
         *
         * @throws IllegalArgumentException if they contradict each other, see {@link X86PurgatorySettings}
         */
        public X86PurgatorySettings build() {
            return new X86PurgatorySettings(
                    exit, checks, onMismatch, console, vgaConsole, vgaReset, commandLineEnd, backup);
        }
    }
}
