package io.kexec4j.purgatory;

/**
 * A terminal of the firmware of a POWER machine without a hypervisor: what {@code hvc0} prints on there. Characters go there by the
 * call OPAL_CONSOLE_WRITE, so the purgatory must know the {@link OpalFirmware}.
 *
 * <p>The purgatory waits for the firmware in bounded time, and gives the terminal up if it does not take any characters: this costs the
 * messages, but not the boot.
 *
 * @param terminal the number of the terminal, 0 to 0xffffffff: {@code reg} of its node, {@code /ibm,opal/consoles/serial@...}
 * @see <a href="https://open-power.github.io/skiboot/doc/opal-api/opal-console-read-write-1-2.html">skiboot, OPAL_CONSOLE_WRITE</a>
 */
public record OpalConsole(long terminal) implements FirmwareConsole {
    /** The number of the first terminal. */
    public static final long FIRST = 0;

    /**
     * Checks the value.
     *
     * @param terminal the number of the terminal
     * @throws IllegalArgumentException if it does not fit into 32 bits
     */
    public OpalConsole {
        if (terminal >>> Integer.SIZE != 0) {
            throw new IllegalArgumentException("the number of a terminal has 32 bits: 0x%x".formatted(terminal));
        }
    }
}
