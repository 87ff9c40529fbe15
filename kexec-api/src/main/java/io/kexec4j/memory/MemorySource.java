package io.kexec4j.memory;

/** Where the running kernel of an architecture tells of a machine's memory. */
public enum MemorySource {
    /** {@code /sys/firmware/memmap}, or {@code /proc/iomem}; memory nodes in a device tree mean nothing. */
    IOMEM,
    /**
     * {@code /proc/iomem}, which also has what the running kernel keeps for itself; where that cannot be had, and EFI does not tell the
     * memory, the device tree, see {@link DeviceTreeMemory}.
     */
    IOMEM_OR_DEVICE_TREE,
    /**
     * The device tree as the running kernel has it ({@code /proc/device-tree}), where it also tells what it keeps for itself, see {@link
     * PowerMemory}. Its {@code /proc/iomem} does not.
     */
    LIVE_DEVICE_TREE
}
