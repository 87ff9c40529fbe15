package io.kexec4j.target;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.bindings.Cpu;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the CPUs of a machine are POWER9 or later (Power ISA 3.0). What does not say so is taken for older, whose limits are
 * narrower.
 */
final class PowerGeneration {
    /** What a guest of the hypervisors before POWER9 may use in real mode at most. */
    private static final long OLD_LIMIT = 1L << 30;

    /** How much memory POWER9 and later can address in the virtual real mode of a guest. */
    private static final long LIMIT = 1L << 40;

    /** Upper halves of the processor version registers of POWER9, POWER10 and POWER11. */
    private static final Set<Integer> PHYSICAL = Set.of(0x004e, 0x0080, 0x0082);

    /** A logical version, which says how a CPU behaves, is this and a number. */
    private static final int LOGICAL = 0x0f00_0000;

    /** The logical version of Power ISA 3.0. */
    private static final int ISA_3 = 5;

    private static final int LAST_LOGICAL = 0xff;

    /** The attribute that tells of the radix MMU, which came with Power ISA 3.0, and its bit there. */
    private static final int RADIX_BYTE = 40;

    private static final int RADIX_BIT = 0x80;

    private PowerGeneration() {}

    /** The end of the memory that a guest on these CPUs reaches in real mode, if its first block does not end before. */
    static long realModeLimit(DeviceTree tree) throws FdtException {
        List<Cpu> cpus = Cpu.all(tree);
        boolean areNew = !cpus.isEmpty();
        for (Cpu cpu : cpus) {
            areNew &= isNew(cpu.node());
        }
        return areNew ? LIMIT : OLD_LIMIT;
    }

    private static boolean isNew(Node node) throws FdtException {
        Optional<PropertyValue> value = node.property("cpu-version");
        if (value.isEmpty()) {
            return node.property("ibm,pa-features")
                    .filter(PowerGeneration::hasRadix)
                    .isPresent();
        }
        try {
            return isNew(value.get().asU32());
        } catch (FdtException e) {
            throw e.placed(node.path(), "cpu-version");
        }
    }

    private static boolean isNew(int version) {
        int logical = version - LOGICAL;
        return PHYSICAL.contains(version >>> Short.SIZE) || (logical >= ISA_3 && logical <= LAST_LOGICAL);
    }

    /** A list of attributes: how many bytes there are, the kind of the list (0), and then the bytes. */
    private static boolean hasRadix(PropertyValue features) {
        int at = 2 + RADIX_BYTE;
        return features.size() > at
                && Byte.toUnsignedInt(features.byteAt(0)) > RADIX_BYTE
                && features.byteAt(1) == 0
                && (features.byteAt(at) & RADIX_BIT) != 0;
    }
}
