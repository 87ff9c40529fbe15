package io.kexec4j.purgatory;

/**
 * The instruction that calls a machine's firmware: {@code method} of the node {@code psci} in its device tree, or a flag of the ACPI
 * table FADT.
 *
 * @see <a href="https://developer.arm.com/documentation/den0022/latest/">Arm Power State Coordination Interface, DEN 0022,
 *     section 5</a>
 */
public enum PsciConduit {
    /** Secure monitor call. */
    SMC(1),
    /** Hypervisor call. */
    HVC(2);

    private final int code;

    PsciConduit(int code) {
        this.code = code;
    }

    /** {@return the number that the purgatory knows it by} */
    int code() {
        return code;
    }
}
