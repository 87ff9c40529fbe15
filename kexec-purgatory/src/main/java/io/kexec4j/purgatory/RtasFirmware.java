package io.kexec4j.purgatory;

/**
 * The Run-Time Abstraction Services of a POWER machine, by which it is reset. A device tree tells of them in {@code /rtas}. They run
 * in 32-bit mode, so they lie below 4 GiB, and so does what they are given: a purgatory above that writes it into low memory, which the
 * machine does not need any more.
 *
 * @param base physical address at which the running kernel has put them, less than 4 GiB: {@code linux,rtas-base}
 * @param entry physical address at which they are called, less than 4 GiB, not 0, a multiple of 4: {@code linux,rtas-entry}
 * @param systemReboot the number of the service that resets the machine, any 32 bits: {@code system-reboot}
 * @see <a href="https://openpowerfoundation.org/?resource_lib=linux-on-power-architecture-platform-reference">Linux on Power Architecture Platform Reference 1.1, chapter 7
 *     "Run-Time Abstraction Services"</a>
 */
public record RtasFirmware(long base, long entry, int systemReboot) {
    private static final int INSTRUCTION = 4;

    /**
     * Checks the values.
     *
     * @param base physical address at which the services lie
     * @param entry physical address at which they are called
     * @param systemReboot the number of the service that resets the machine
     * @throws IllegalArgumentException if an address does not fit into 32 bits, or if the entry is 0 or not aligned
     */
    public RtasFirmware {
        if (base >>> Integer.SIZE != 0 || entry >>> Integer.SIZE != 0) {
            throw new IllegalArgumentException(
                    "RTAS runs in 32-bit mode, it cannot lie at 0x%x and be called at 0x%x".formatted(base, entry));
        }
        if (entry == 0 || entry % INSTRUCTION != 0) {
            throw new IllegalArgumentException(
                    "RTAS is called at a multiple of %d that is not 0, not at 0x%x".formatted(INSTRUCTION, entry));
        }
    }
}
