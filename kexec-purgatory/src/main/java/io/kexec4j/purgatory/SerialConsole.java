package io.kexec4j.purgatory;

/**
 * A UART of the 8250 family behind I/O ports, on which the purgatory prints its messages. Device memory is out of its reach:
 * the page tables that the old kernel leaves map memory only.
 *
 * <p>The purgatory waits for the UART in bounded time. One that is missing costs the messages, one that is broken also some
 * seconds, but neither costs the boot. It is tried again before a damaged segment is reported.
 *
 * @param ioPort the first of its eight I/O ports, 1 to 0xfff8; {@link #COM1} on most machines
 * @param baud the rate to program, together with 8 data bits, no parity and 1 stop bit: a divisor of {@value #MAX_BAUD} that
 *     is at least {@value #MIN_BAUD}; or {@link #KEEP_BAUD}, which leaves the UART as the old kernel had it
 * @see <a href="https://www.ti.com/lit/ds/symlink/pc16550d.pdf">PC16550D Universal Asynchronous Receiver/Transmitter with
 *     FIFOs, data sheet, section 8 (Registers)</a>
 */
public record SerialConsole(int ioPort, int baud) implements PurgatoryConsole {
    /** The I/O port of a PC's first serial port. */
    public static final int COM1 = 0x3f8;
    /** The I/O port of a PC's second serial port. */
    public static final int COM2 = 0x2f8;

    /** Instead of a rate: do not program the UART. */
    public static final int KEEP_BAUD = 0;
    /** The lowest rate, which the time that the purgatory waits allows for. */
    public static final int MIN_BAUD = 300;
    /** The highest rate, that of a divisor of 1. */
    public static final int MAX_BAUD = 115_200;

    private static final int MAX_PORT = 0xfff8;

    /**
     * Checks the values.
     *
     * @param ioPort the first I/O port
     * @param baud the rate, or {@link #KEEP_BAUD}
     * @throws IllegalArgumentException if one is outside its range
     */
    public SerialConsole {
        if (ioPort < 1 || ioPort > MAX_PORT) {
            throw new IllegalArgumentException(
                    "the I/O port of a UART must be 1 to 0x%x: 0x%x".formatted(MAX_PORT, ioPort));
        }
        if (baud != KEEP_BAUD && (baud < MIN_BAUD || MAX_BAUD % baud != 0)) {
            throw new IllegalArgumentException("the rate must be a divisor of %d of at least %d, or %d to keep it: %d"
                    .formatted(MAX_BAUD, MIN_BAUD, KEEP_BAUD, baud));
        }
    }

    /** {@return what divides 115200 baud to the rate, 0 to leave the UART as it is} */
    int divisor() {
        return baud == KEEP_BAUD ? 0 : MAX_BAUD / baud;
    }
}
