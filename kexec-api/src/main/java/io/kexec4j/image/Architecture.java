package io.kexec4j.image;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** An architecture for which images can be built. */
public enum Architecture {
    /** x86 with 64 bits: AMD64, Intel 64. */
    X86_64("x86_64", "amd64", 62, 4096, ByteOrder.LITTLE_ENDIAN, false),
    /** Arm with 64 bits, little-endian. */
    AARCH64("aarch64", "aarch64", 183, 4096, ByteOrder.LITTLE_ENDIAN, true);

    private final String linuxName;
    private final String javaName;
    private final int elfMachine;
    private final long defaultPageSize;
    private final ByteOrder byteOrder;
    private final boolean memoryInDeviceTree;

    Architecture(
            String linuxName,
            String javaName,
            int elfMachine,
            long defaultPageSize,
            ByteOrder byteOrder,
            boolean memoryInDeviceTree) {
        this.linuxName = linuxName;
        this.javaName = javaName;
        this.elfMachine = elfMachine;
        this.defaultPageSize = defaultPageSize;
        this.byteOrder = byteOrder;
        this.memoryInDeviceTree = memoryInDeviceTree;
    }

    /**
     * {@return the architecture with a name, if images can be built for it}
     *
     * @param name as in {@code uname -m} and {@code /proc/sys/kernel/arch}, or as in Java's {@code os.arch}
     */
    public static Optional<Architecture> byName(String name) {
        return Arrays.stream(values())
                .filter(architecture -> architecture.linuxName.equals(name) || architecture.javaName.equals(name))
                .findFirst();
    }

    /**
     * {@return what {@code uname -m} prints}
     */
    public String linuxName() {
        return linuxName;
    }

    /**
     * {@return the number of the architecture in ELF files ({@code e_machine}), which kexec_load also uses
     *     ({@code KEXEC_ARCH_*}, shifted by 16)}
     */
    public int elfMachine() {
        return elfMachine;
    }

    /**
     * {@return the page size in bytes that most kernels of the architecture have}
     */
    public long defaultPageSize() {
        return defaultPageSize;
    }

    /**
     * {@return the byte order of the running kernel}
     */
    public ByteOrder byteOrder() {
        return byteOrder;
    }

    /**
     * {@return whether Linux takes the memory from the device tree, unless EFI tells it; otherwise memory nodes in a tree mean
     *     nothing}
     */
    public boolean memoryInDeviceTree() {
        return memoryInDeviceTree;
    }
}
