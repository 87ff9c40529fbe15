package io.kexec4j.kernel;

import java.nio.ByteOrder;
import java.util.Set;

/**
 * What the CPUs of an arm64 machine can do that a kernel may need, as far as it is known. Immutable.
 *
 * @param byteOrders the byte orders that a kernel can have (ID_AA64MMFR0_EL1.BigEnd)
 * @param pageSizes the page sizes that a kernel can have, in bytes (ID_AA64MMFR0_EL1.TGran4, TGran16, TGran64)
 */
public record Arm64Cpu(Set<ByteOrder> byteOrders, Set<Long> pageSizes) {
    private static final Set<Long> POSSIBLE = Set.of(0x1000L, 0x4000L, 0x10000L);

    /**
     * Checks the values.
     *
     * @param byteOrders the byte orders; copied
     * @param pageSizes the page sizes; copied
     * @throws IllegalArgumentException if there is none of one, or a page size is none of 4, 16 and 64 KiB
     */
    public Arm64Cpu {
        byteOrders = Set.copyOf(byteOrders);
        pageSizes = Set.copyOf(pageSizes);
        if (byteOrders.isEmpty() || pageSizes.isEmpty() || !POSSIBLE.containsAll(pageSizes)) {
            throw new IllegalArgumentException("a CPU has a byte order and page sizes of 4, 16 or 64 KiB, not %s and %s"
                    .formatted(byteOrders, pageSizes));
        }
    }

    /**
     * {@return what is proven by the kernel that runs on it}
     *
     * @param byteOrder of that kernel
     * @param pageSize of that kernel, in bytes
     * @throws IllegalArgumentException if the page size is none of 4, 16 and 64 KiB
     */
    public static Arm64Cpu running(ByteOrder byteOrder, long pageSize) {
        return new Arm64Cpu(Set.of(byteOrder), Set.of(pageSize));
    }
}
