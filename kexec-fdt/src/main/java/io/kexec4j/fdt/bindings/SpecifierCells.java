package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADNCELLS;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.util.Optional;

/** The counts of cells that a provider demands behind its phandle, such as #clock-cells and #interrupt-cells. */
final class SpecifierCells {
    /** As many as Linux takes; a larger count is a mistake, and would only make entries that end too early. */
    private static final int MAX = 16;

    private SpecifierCells() {}

    static int of(Node provider, String property) throws FdtException {
        Optional<Integer> count = ifAny(provider, property);
        if (count.isEmpty()) {
            throw FdtException.in(
                    BADNCELLS, provider.path(), property, "who is referred to says how many cells follow");
        }
        return count.get();
    }

    static Optional<Integer> ifAny(Node provider, String property) throws FdtException {
        Optional<PropertyValue> value = provider.property(property);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        int count = value.get().size() == Integer.BYTES ? value.get().intAt(0) : -1;
        Values.verify(
                count >= 0 && count <= MAX, BADNCELLS, provider, property, "a count of cells is one cell, 0 to " + MAX);
        return Optional.of(count);
    }
}
