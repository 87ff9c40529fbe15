package io.kexec4j.purgatory;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * All that {@link Ppc64Purgatory} can be told.
 *
 * @param exit how the kernel is entered
 * @param kernelHead the kernel's first {@value Ppc64Purgatory#KERNEL_HEAD_SIZE} bytes, which the running kernel takes from the start of
 *     the purgatory and copies to physical address 0: there the other processors wait at 0x60 for the new kernel, having come in
 *     big-endian mode. The word at 0x5c, which tells a kernel to run where it was loaded, must already be as it shall be; the first
 *     word does not arrive, as the purgatory starts there
 * @param checks the segments to verify, in the order in which to do it, at most {@value Purgatory#MAX_CHECKS}. Leave out
 *     what may change after the image was loaded, such as an ELF core header or a device tree that is updated on hotplug, and the
 *     purgatory itself. None means that nothing is verified. All must lie where real mode reaches, see {@link Ppc64Purgatory}
 * @param onMismatch what to do if a segment is damaged
 * @param console the terminal to print on, if any
 * @param rtas how to reset the machine, unless OPAL does it; without either, {@link MismatchAction#RESET} can only stop the processor
 * @param backup memory to copy before the kernel is started, if any
 */
public record Ppc64PurgatorySettings(
        Ppc64Exit exit,
        ByteBuffer kernelHead,
        List<SegmentCheck> checks,
        MismatchAction onMismatch,
        Optional<FirmwareConsole> console,
        Optional<RtasFirmware> rtas,
        Optional<BackupCopy> backup) {
    /**
     * Checks the values against each other.
     *
     * @param exit how the kernel is entered
     * @param kernelHead the kernel's first {@value Ppc64Purgatory#KERNEL_HEAD_SIZE} bytes, all that remain in the buffer; copied, and its
     *     position does not move
     * @param checks the segments to verify; copied
     * @param onMismatch what to do if a segment is damaged
     * @param console the terminal to print on
     * @param rtas how to reset the machine
     * @param backup memory to copy
     * @throws IllegalArgumentException if the kernel's head has another size, if there are too many checks, if the machine would halt
     *     without a word, if the console is OPAL's and there is no OPAL, or if it is a hypervisor's and there is OPAL, which runs on
     *     machines without one
     */
    public Ppc64PurgatorySettings {
        kernelHead = copyOfHead(kernelHead);
        checks = Purgatory.checked(checks, onMismatch, console.isPresent());
        console.ifPresent(terminal -> refuseWithoutItsFirmware(terminal, exit.opal()));
    }

    /**
     * Starts with no checks, {@link MismatchAction#RESET}, no console, no RTAS and no copy.
     *
     * @param exit how the kernel is entered
     * @param kernelHead the kernel's first {@value Ppc64Purgatory#KERNEL_HEAD_SIZE} bytes, see {@link Ppc64PurgatorySettings}; copied
     * @return a builder
     * @throws IllegalArgumentException if the kernel's head has another size
     */
    public static Builder builder(Ppc64Exit exit, ByteBuffer kernelHead) {
        return new Builder(exit, copyOfHead(kernelHead));
    }

    /**
     * {@return the kernel's first bytes, as a read-only buffer with a position of its own}
     */
    @Override
    public ByteBuffer kernelHead() {
        return kernelHead.duplicate();
    }

    private static ByteBuffer copyOfHead(ByteBuffer head) {
        if (head.remaining() != Ppc64Purgatory.KERNEL_HEAD_SIZE) {
            throw new IllegalArgumentException("the head of a ppc64 kernel has %d bytes, not %d"
                    .formatted(Ppc64Purgatory.KERNEL_HEAD_SIZE, head.remaining()));
        }
        return ByteBuffer.allocate(Ppc64Purgatory.KERNEL_HEAD_SIZE)
                .put(head.duplicate())
                .flip()
                .asReadOnlyBuffer();
    }

    private static void refuseWithoutItsFirmware(FirmwareConsole console, Optional<OpalFirmware> opal) {
        if (console instanceof OpalConsole && opal.isEmpty()) {
            throw new IllegalArgumentException("the purgatory cannot print by OPAL without being told where OPAL is");
        }
        if (console instanceof HypervisorConsole && opal.isPresent()) {
            throw new IllegalArgumentException(
                    "the purgatory cannot print on a terminal of a hypervisor on a machine with"
                            + " OPAL, which has none: a call would be an exception that nobody handles");
        }
    }

    /** Collects the settings. Not thread-safe. */
    public static final class Builder extends SettingsBuilder<FirmwareConsole, Builder> {
        private final Ppc64Exit exit;
        private final ByteBuffer kernelHead;
        private Optional<RtasFirmware> rtas = Optional.empty();
        private Optional<BackupCopy> backup = Optional.empty();

        private Builder(Ppc64Exit exit, ByteBuffer kernelHead) {
            this.exit = exit;
            this.kernelHead = kernelHead;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets how to reset the machine.
         *
         * @param firmware the services, of which one does it
         * @return this
         */
        public Builder rtas(RtasFirmware firmware) {
            rtas = Optional.of(firmware);
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
         * @throws IllegalArgumentException if they contradict each other, see {@link Ppc64PurgatorySettings}
         */
        public Ppc64PurgatorySettings build() {
            return new Ppc64PurgatorySettings(exit, kernelHead, checks, onMismatch, console, rtas, backup);
        }
    }
}
