package io.kexec4j.purgatory;

/**
 * A UART whose registers lie in memory, on which the purgatory of a machine without I/O ports prints its messages. It is used
 * as the old kernel programmed it.
 *
 * <p>The purgatory waits for the UART in bounded time: one that is broken costs the messages and some seconds, but not the
 * boot. An address at which nothing answers may cost the boot, as reading it is an error on many machines.
 *
 * @param type what it is
 * @param address physical address of its first register, unsigned, not 0
 * @param registerShift the distance of its registers as a power of two in bytes, 0 to 8: {@code reg-shift} in a device tree. A
 *     PL011 has its own
 * @param registerWidth how many bytes are read and written at once, 1, 2 or 4: {@code reg-io-width} in a device tree. Registers
 *     must not lie closer than that. A PL011 has its own
 */
public record MmioUart(Type type, long address, int registerShift, int registerWidth) implements PurgatoryConsole {
    /** The family of a UART. */
    public enum Type {
        /** ARM's PrimeCell UART (ARM DDI 0183), and the generic UART of ARM's server machines. */
        PL011(0),
        /** The 8250 and all that came after it. */
        I8250(1);

        private final int code;

        Type(int code) {
            this.code = code;
        }

        /** {@return the number that the purgatory knows it by} */
        int code() {
            return code;
        }
    }

    private static final int PL011_SHIFT = 2;
    private static final int MAX_SHIFT = 8;

    /**
     * Checks the values.
     *
     * @param type what it is
     * @param address physical address of its first register
     * @param registerShift the distance of its registers
     * @param registerWidth the width of its registers
     * @throws IllegalArgumentException if one is outside its range, if the address is not aligned to the width, or if registers
     *     overlap
     */
    public MmioUart {
        if (registerWidth != 1 && registerWidth != 2 && registerWidth != Integer.BYTES) {
            throw new IllegalArgumentException("registers are 1, 2 or 4 bytes wide, not " + registerWidth);
        }
        if (registerShift < 0 || registerShift > MAX_SHIFT || registerWidth > 1 << registerShift) {
            throw new IllegalArgumentException("registers of %d bytes cannot lie 2^%d bytes apart (at most 2^%d)"
                    .formatted(registerWidth, registerShift, MAX_SHIFT));
        }
        if (address == 0 || address % registerWidth != 0) {
            throw new IllegalArgumentException(
                    "a UART with registers of %d bytes cannot lie at 0x%x".formatted(registerWidth, address));
        }
    }

    /**
     * A PL011.
     *
     * @param address physical address of its first register
     * @return the UART
     * @throws IllegalArgumentException if the address is 0 or not a multiple of 4
     */
    public static MmioUart pl011(long address) {
        return new MmioUart(Type.PL011, address, PL011_SHIFT, Integer.BYTES);
    }
}
