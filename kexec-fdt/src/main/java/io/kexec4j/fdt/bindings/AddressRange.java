package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADVALUE;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;

/**
 * Some physical memory, as a CPU sees it: half-open, never empty; it does not wrap, and does not reach the last byte of the
 * address space.
 *
 * @param start physical address of the first byte, unsigned
 * @param size number of bytes, unsigned, not 0
 */
public record AddressRange(long start, long size) {
    /**
     * Checks the range.
     *
     * @param start as above
     * @param size as above
     * @throws IllegalArgumentException if it is empty, or wraps
     */
    public AddressRange {
        if (!isRange(start, size)) {
            throw new IllegalArgumentException(rule(start, size));
        }
    }

    /** The range that a tree claims. */
    static AddressRange read(long start, long size) throws FdtException {
        if (!isRange(start, size)) {
            throw FdtException.of(BADVALUE, rule(start, size));
        }
        return new AddressRange(start, size);
    }

    /** The range that a property claims. */
    static AddressRange read(long start, long size, Node node, String property) throws FdtException {
        Values.verify(isRange(start, size), BADVALUE, node, property, rule(start, size));
        return new AddressRange(start, size);
    }

    private static boolean isRange(long start, long size) {
        return Long.compareUnsigned(start, start + size) < 0;
    }

    private static String rule(long start, long size) {
        return "a range is not empty and does not wrap: 0x%x+0x%x".formatted(start, size);
    }

    /**
     * {@return physical address behind the last byte, unsigned}
     */
    public long end() {
        return start + size;
    }

    @Override
    public String toString() {
        return "[0x%x, 0x%x)".formatted(start, end());
    }
}
