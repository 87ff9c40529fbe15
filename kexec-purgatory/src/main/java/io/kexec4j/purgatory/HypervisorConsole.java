package io.kexec4j.purgatory;

/**
 * A terminal of a POWER machine's hypervisor: what {@code hvc0} of a guest prints on. Characters go there by the call
 * H_PUT_TERM_CHAR, without any protocol: the terminal's node is compatible with {@code hvterm1}.
 *
 * <p>The purgatory waits for a hypervisor that is busy in bounded time, and gives up a terminal that does not exist at once: either
 * costs the messages, but not the boot.
 *
 * @param terminal the unit address of the terminal, 0 to 0xffffffff: {@code reg} of its node, {@code /vdevice/vty@...}; 0 is the first
 *     one
 * @see <a href="https://openpowerfoundation.org/?resource_lib=linux-on-power-architecture-platform-reference">Linux on Power Architecture Platform Reference 1.1, H_PUT_TERM_CHAR</a>
 */
public record HypervisorConsole(long terminal) implements FirmwareConsole {
    /** The terminal that the hypervisor takes for the first one. */
    public static final long FIRST = 0;

    /**
     * Checks the value.
     *
     * @param terminal the unit address of the terminal
     * @throws IllegalArgumentException if it does not fit into 32 bits
     */
    public HypervisorConsole {
        if (terminal >>> Integer.SIZE != 0) {
            throw new IllegalArgumentException("the unit address of a terminal has 32 bits: 0x%x".formatted(terminal));
        }
    }
}
