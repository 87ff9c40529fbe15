package io.kexec4j.purgatory;

/**
 * How an arm64 kernel is entered (Linux, Documentation/arch/arm64/booting.rst, "Call the kernel image"): x0 is the device tree, x1
 * to x3 are 0, interrupts are masked, the MMU and the data cache are off, and the exception level is that in which the old kernel
 * left the processor.
 *
 * @param entry physical address of the kernel's first instruction, unsigned, a multiple of 4
 * @param deviceTree physical address of the device tree, unsigned, a multiple of 8
 */
public record Arm64Exit(long entry, long deviceTree) {
    private static final int INSTRUCTION = 4;
    private static final int DEVICE_TREE_ALIGNMENT = 8;

    /**
     * Checks the alignment.
     *
     * @param entry physical address of the kernel's first instruction
     * @param deviceTree physical address of the device tree
     * @throws IllegalArgumentException if one is not aligned
     */
    public Arm64Exit {
        if (entry % INSTRUCTION != 0 || deviceTree % DEVICE_TREE_ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "a kernel starts at a multiple of %d, and its device tree at one of %d, not at 0x%x and 0x%x"
                            .formatted(INSTRUCTION, DEVICE_TREE_ALIGNMENT, entry, deviceTree));
        }
    }
}
