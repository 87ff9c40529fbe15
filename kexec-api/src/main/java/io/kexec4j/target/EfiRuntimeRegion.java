package io.kexec4j.target;

import java.util.Optional;

/**
 * Memory that EFI's runtime services use, and where the running kernel has mapped it. The firmware has been told that mapping
 * once and for all, so every later kernel must use the same (UEFI specification 2.10, section 8.4, SetVirtualAddressMap).
 *
 * @param type as the firmware numbers it, 0 to 0xffffffff; 5 is code and 6 is data of the runtime services (section 7.2)
 * @param physicalAddress of the first byte, a multiple of {@value #PAGE_SIZE}
 * @param virtualAddress of the first byte
 * @param pages how many pages of {@value #PAGE_SIZE} bytes, at least one
 * @param attribute bits of {@code EFI_MEMORY_DESCRIPTOR.Attribute}
 */
public record EfiRuntimeRegion(long type, long physicalAddress, long virtualAddress, long pages, long attribute) {
    /** The size of EFI's pages in bytes, whatever the kernel's are. */
    public static final int PAGE_SIZE = 4096;

    private static final long LARGEST_TYPE = 0xffff_ffffL;
    private static final long ADDRESSES_IN_PAGES = 1L << 52;

    /**
     * Checks the values.
     *
     * @param type as the firmware numbers it
     * @param physicalAddress of the first byte
     * @param virtualAddress of the first byte
     * @param pages how many pages
     * @param attribute bits
     * @throws IllegalArgumentException if the type does not fit into 32 bits, if the memory does not begin at a page, or if it
     *     is empty or reaches behind the last address
     */
    public EfiRuntimeRegion {
        brokenRule(type, physicalAddress, pages).ifPresent(rule -> {
            throw new IllegalArgumentException(rule);
        });
    }

    /** What is wrong with the values, if something is. */
    static Optional<String> brokenRule(long type, long physicalAddress, long pages) {
        if (type < 0 || type > LARGEST_TYPE) {
            return Optional.of("a type has 32 bits: 0x%x".formatted(type));
        }
        if ((physicalAddress & (PAGE_SIZE - 1)) != 0) {
            return Optional.of("a region must begin at a page: 0x%x".formatted(physicalAddress));
        }
        long left = ADDRESSES_IN_PAGES - (physicalAddress >>> Integer.numberOfTrailingZeros(PAGE_SIZE));
        if (pages <= 0 || pages > left) {
            return Optional.of(
                    "a region at 0x%x must have 1 to 0x%x pages, not 0x%x".formatted(physicalAddress, left, pages));
        }
        return Optional.empty();
    }
}
