package io.kexec4j.fdt;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What of the Devicetree Specification v0.4 a blob breaks, beyond what it must keep to be read at all: its form (chapter 5),
 * the names in it, and its phandles (chapter 2). Few blobs in use break nothing: many have names of more than 31 characters, or
 * nodes with a unit address but no reg.
 *
 * <p>Not told is what the specification only recommends (the order of the blocks) or leaves to others (whether a unit
 * address is that of reg, which each bus writes in its own way), what depends on the machine (boot_cpuid_phys, the nodes that
 * there must be), and padding that is not zero, since libfdt leaves it behind.
 */
public final class SpecificationRules {
    private SpecificationRules() {}

    /**
     * {@return all places where a blob breaks a rule: first those of the header, then of the reservations, then of the
     * structure block, where the phandles come last}
     *
     * @param tree the blob
     */
    public static List<Violation> check(Fdt tree) {
        List<Violation> found = new ArrayList<>();
        BlockRules.check(tree, found);
        ReservationRules.check(tree, found);
        TokenRules.check(tree, found);
        NodeRules.check(tree, found);
        return List.copyOf(found);
    }

    /**
     * Reads a blob that breaks none.
     *
     * @param blob the bytes from its position to its limit, neither of which is changed
     * @param limits what is too much
     * @return the tree
     * @throws FdtException if a rule is broken, of those or of {@link Fdt#read(ByteBuffer, FdtLimits)}
     */
    static Fdt read(ByteBuffer blob, FdtLimits limits) throws FdtException {
        Fdt tree = Fdt.read(blob, limits);
        List<Violation> found = check(tree);
        if (!found.isEmpty()) {
            throw found.get(0).toException();
        }
        return tree;
    }
}
