package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import org.junit.jupiter.api.Test;

/**
 * On ppc64, kexec-tools takes only the first address and size out of the {@code reg} of a memory node: what else the node has, it does
 * not use, and does not put into the core of a crashed kernel.
 */
class FirstPairOfRegRegressionTest {
    @Test
    void allPairsCount() throws MalformedInputException {
        EditableTree tree = EditableTree.empty();
        tree.root().set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(2));
        tree.root()
                .add("memory@0")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(0, 0x1000_0000, 0x2000_0000, 0x1000_0000, 0x100_0000_0000L, 0x1000));
        assertThat(PowerMemory.parse(tree).ram())
                .containsExactly(
                        new PhysicalRange(0, 0x1000_0000),
                        new PhysicalRange(0x2000_0000, 0x3000_0000),
                        new PhysicalRange(0x100_0000_0000L, 0x100_0000_1000L));
    }
}
