package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import org.junit.jupiter.api.Test;

/**
 * u-root takes a memory node for malformed unless its {@code reg} has exactly 16 bytes: neither two banks in one node nor a board with
 * 32-bit addresses can be booted with it. The same goes for what is below {@code /reserved-memory}.
 */
class MemoryNodeCellsRegressionTest {
    private static EditableTree tree(int cells, PropertyValue memory, PropertyValue reserved) {
        EditableTree tree = EditableTree.empty();
        PropertyValue count = PropertyValue.ofCells(cells);
        tree.root().set("#address-cells", count).set("#size-cells", count);
        tree.root()
                .add("memory")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", memory);
        tree.root()
                .add("reserved-memory")
                .set("#address-cells", count)
                .set("#size-cells", count)
                .set("ranges", PropertyValue.EMPTY)
                .add("firmware")
                .set("reg", reserved);
        return tree;
    }

    @Test
    void twoBanksInOneNode() throws MalformedInputException {
        EditableTree tree = tree(
                2,
                PropertyValue.ofU64(0x4000_0000L, 0x4000_0000L, 0x8_0000_0000L, 0x1_0000_0000L),
                PropertyValue.ofU64(0x4000_0000L, 0x10_0000L, 0x8_0000_0000L, 0x10_0000L));
        assertThat(DeviceTreeMemory.parse(tree).ram())
                .containsExactly(
                        new PhysicalRange(0x4010_0000L, 0x8000_0000L),
                        new PhysicalRange(0x8_0010_0000L, 0x9_0000_0000L));
    }

    @Test
    void addressesOf32Bits() throws MalformedInputException {
        EditableTree tree = tree(
                1, PropertyValue.ofCells(0x8000_0000, 0x4000_0000), PropertyValue.ofCells(0xb000_0000, 0x1000_0000));
        assertThat(DeviceTreeMemory.parse(tree).ram()).containsExactly(new PhysicalRange(0x8000_0000L, 0xb000_0000L));
    }
}
