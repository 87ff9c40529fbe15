package io.kexec4j.image;

import io.kexec4j.memory.MemorySource;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** An architecture for which images can be built. */
public enum Architecture {
    /** x86 with 64 bits: AMD64, Intel 64. */
    X86_64("x86_64", "amd64", 62, 4096, ByteOrder.LITTLE_ENDIAN, MemorySource.IOMEM),
    /** Arm with 64 bits, little-endian. */
    AARCH64("aarch64", "aarch64", 183, 4096, ByteOrder.LITTLE_ENDIAN, MemorySource.IOMEM_OR_DEVICE_TREE),
    /** Power with 64 bits, little-endian. */
    PPC64LE("ppc64le", "ppc64le", 21, 0x1_0000, ByteOrder.LITTLE_ENDIAN, MemorySource.LIVE_DEVICE_TREE),
    /** Power with 64 bits, big-endian. */
    PPC64("ppc64", "ppc64", 21, 0x1_0000, ByteOrder.BIG_ENDIAN, MemorySource.LIVE_DEVICE_TREE);

    private final String linuxName;
    private final String javaName;
    private final int elfMachine;
    private final long defaultPageSize;
    private final ByteOrder byteOrder;
    private final MemorySource memorySource;

    Architecture(
            String linuxName,
            String javaName,
            int elfMachine,
            long defaultPageSize,
            ByteOrder byteOrder,
            MemorySource memorySource) {
        this.linuxName = linuxName;
        this.javaName = javaName;
        this.elfMachine = elfMachine;
        this.defaultPageSize = defaultPageSize;
        this.byteOrder = byteOrder;
        this.memorySource = memorySource;
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
     * {@return where its kernels tell of the memory}
     */
    public MemorySource memorySource() {
        return memorySource;
    }
}
