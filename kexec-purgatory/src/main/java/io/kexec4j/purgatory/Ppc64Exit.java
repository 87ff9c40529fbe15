package io.kexec4j.purgatory;

import java.util.Optional;

/**
 * How a ppc64 kernel is entered, as a machine's boot loader enters it (Linux, arch/powerpc/kernel/head_64.S, "Entering from boot
 * loaders"): in real mode, big endian, whatever its own byte order, with interrupts masked, and with these registers:
 *
 * <ul>
 *   <li>r3 the device tree, r4 the kernel, r5 0, which says that there is no Open Firmware to be called;
 *   <li>r6 0x65504150 and r7 the size of the memory that can be reached, which is all: a client of ePAPR (section 5.4) counts on both,
 *       Linux does not read them;
 *   <li>r8 and r9 the address and the entry of OPAL, 0 without it: Linux calls it there before it has read the device tree;
 *   <li>r12 the kernel.
 * </ul>
 *
 * <p>The processor that runs this is the one to boot: its number goes into the device tree (boot_cpuid_phys) if that has room for it,
 * which is so since version 2.
 *
 * @param kernel physical address of the kernel's first instruction, unsigned, a multiple of 4
 * @param deviceTree physical address of the device tree, unsigned, a multiple of 8; it is changed after the checks
 * @param opal the firmware of a machine without a hypervisor, if it is one
 */
public record Ppc64Exit(long kernel, long deviceTree, Optional<OpalFirmware> opal) {
    private static final int INSTRUCTION = 4;
    private static final int DEVICE_TREE_ALIGNMENT = 8;

    /**
     * Checks the alignment.
     *
     * @param kernel physical address of the kernel's first instruction
     * @param deviceTree physical address of the device tree
     * @param opal the firmware of a machine without a hypervisor
     * @throws IllegalArgumentException if an address is not aligned
     */
    public Ppc64Exit {
        if (kernel % INSTRUCTION != 0 || deviceTree % DEVICE_TREE_ALIGNMENT != 0) {
            throw new IllegalArgumentException(
                    "a kernel starts at a multiple of %d, and its device tree at one of %d, not at 0x%x and 0x%x"
                            .formatted(INSTRUCTION, DEVICE_TREE_ALIGNMENT, kernel, deviceTree));
        }
    }
}
