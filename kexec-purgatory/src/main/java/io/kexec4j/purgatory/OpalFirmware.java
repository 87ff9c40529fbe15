package io.kexec4j.purgatory;

/**
 * The firmware of a POWER machine without a hypervisor below its kernel, OPAL. A device tree tells of it in {@code /ibm,opal}.
 *
 * @param base physical address at which the firmware lies, unsigned: {@code opal-base-address}
 * @param entry physical address at which it is called, unsigned, not 0, a multiple of 4: {@code opal-entry-address}
 * @see <a href="https://open-power.github.io/skiboot/doc/device-tree/ibm,opal.html">skiboot, ibm,opal</a>
 */
public record OpalFirmware(long base, long entry) {
    private static final int INSTRUCTION = 4;

    /**
     * Checks the values.
     *
     * @param base physical address at which the firmware lies
     * @param entry physical address at which it is called
     * @throws IllegalArgumentException if the entry is 0, which means that there is no firmware, or not aligned
     */
    public OpalFirmware {
        if (entry == 0 || entry % INSTRUCTION != 0) {
            throw new IllegalArgumentException(
                    "OPAL is called at a multiple of %d that is not 0, not at 0x%x".formatted(INSTRUCTION, entry));
        }
    }
}
