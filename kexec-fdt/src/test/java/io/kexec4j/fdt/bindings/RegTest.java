package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADNCELLS;
import static io.kexec4j.fdt.FdtError.BADVALUE;
import static io.kexec4j.fdt.bindings.Trees.assertFails;
import static io.kexec4j.fdt.bindings.Trees.at;
import static io.kexec4j.fdt.bindings.Trees.both;
import static io.kexec4j.fdt.bindings.Trees.bytes;
import static io.kexec4j.fdt.bindings.Trees.cells;
import static io.kexec4j.fdt.bindings.Trees.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegTest {
    @Test
    void takesTheCellsOfTheParent() throws FdtException {
        EditableTree tree = EditableTree.empty();
        cells(tree.root(), 2, 2);
        cells(at(tree, "/a@180000000"), "reg", 1, 0x8000_0000, 0, 0x1000, 2, 0, 0x10, 0);
        for (DeviceTree each : both(tree)) {
            assertThat(Reg.of(node(each, "/a@180000000")))
                    .containsExactly(
                            new Reg(Cells.of(1, 0x8000_0000), Cells.of(0, 0x1000)),
                            new Reg(Cells.of(2, 0), Cells.of(0x10, 0)));
        }
    }

    @Test
    void inheritsNoCells() throws FdtException {
        EditableTree tree = EditableTree.empty();
        cells(tree.root(), 1, 0);
        cells(at(tree, "/bus/a"), "reg", 1, 2, 3);
        assertThat(CellCounts.of(at(tree, "/bus/a")))
                .isEqualTo(CellCounts.DEFAULT)
                .isEqualTo(new CellCounts(2, 1));
        assertThat(Reg.of(at(tree, "/bus/a"))).containsExactly(new Reg(Cells.of(1, 2), Cells.of(3)));
    }

    @Test
    void needsNoSizes() throws FdtException {
        EditableTree tree = EditableTree.empty();
        cells(at(tree, "/i2c"), 1, 0);
        cells(at(tree, "/i2c/chip@50"), "reg", 0x50, 0x51);
        assertThat(Reg.of(at(tree, "/i2c/chip@50")))
                .containsExactly(new Reg(Cells.of(0x50), Cells.of()), new Reg(Cells.of(0x51), Cells.of()));
    }

    @Test
    void isEmptyWithoutTheProperty() throws FdtException {
        EditableTree tree = EditableTree.empty();
        assertThat(Reg.of(at(tree, "/a"))).isEmpty();
        bytes(at(tree, "/a"), "reg", 0);
        assertThat(Reg.of(at(tree, "/a"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 11, 13, 16, 23})
    void consistsOfWholeEntries(int size) {
        EditableTree tree = EditableTree.empty();
        bytes(at(tree, "/a"), "reg", size);
        for (DeviceTree each : both(tree)) {
            assertFails(() -> Reg.of(node(each, "/a")), BADVALUE, "/a", "reg");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "5", "ffffffff", "80000000"})
    void refusesCountsOfAddressCells(String count) {
        EditableTree tree = EditableTree.empty();
        cells(tree.root(), "#address-cells", Integer.parseUnsignedInt(count, 16));
        bytes(at(tree, "/a"), "reg", 16);
        for (DeviceTree each : both(tree)) {
            assertFails(() -> Reg.of(node(each, "/a")), BADNCELLS, "/", "#address-cells");
        }
    }

    @ParameterizedTest
    @CsvSource({"#address-cells,0", "#address-cells,3", "#address-cells,8", "#size-cells,8", "#size-cells,0"})
    void refusesCountsThatAreNotOneCell(String property, int size) {
        EditableTree tree = EditableTree.empty();
        bytes(tree.root(), property, size);
        bytes(at(tree, "/a"), "reg", 16);
        assertFails(() -> CellCounts.below(tree.root()), BADNCELLS, "/", property);
        assertFails(() -> Reg.of(at(tree, "/a")), BADNCELLS, "/", property);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 0x100, -1})
    void refusesCountsOfSizeCells(int count) {
        EditableTree tree = EditableTree.empty();
        cells(tree.root(), "#size-cells", count);
        assertFails(() -> CellCounts.below(tree.root()), BADNCELLS, "/", "#size-cells");
    }

    @Test
    void hasNoMeaningAtTheRoot() {
        EditableTree tree = EditableTree.empty();
        bytes(tree.root(), "reg", 12);
        assertFails(() -> Reg.of(tree.root()), BADNCELLS, "/", "");
    }

    @Test
    void isWrittenInTheCellsOfTheBus() throws FdtException {
        List<AddressRange> ranges = List.of(new AddressRange(0x8000_0000L, 0x1000), new AddressRange(0, 0x10));
        assertThat(new CellCounts(1, 1).encode(ranges)).isEqualTo(PropertyValue.ofCells(0x8000_0000, 0x1000, 0, 0x10));
        assertThat(new CellCounts(2, 1).encode(ranges))
                .isEqualTo(PropertyValue.ofCells(0, 0x8000_0000, 0x1000, 0, 0, 0x10));
        assertThat(new CellCounts(3, 2).encode(ranges.subList(1, 2)))
                .isEqualTo(PropertyValue.ofCells(0, 0, 0, 0, 0x10));
        assertThat(CellCounts.DEFAULT.encode(List.of())).isEqualTo(PropertyValue.EMPTY);
    }

    @ParameterizedTest
    @CsvSource({
        "100000000,1,1,2,#address-cells",
        "1,100000000,2,1,#size-cells",
        "1,1,1,0,#size-cells",
        "1,1,0,1,#address-cells",
        "ffffffff00000000,1,1,1,#address-cells"
    })
    void isNotWrittenIfItDoesNotFit(String start, String size, int address, int sizes, String property) {
        AddressRange range = new AddressRange(Long.parseUnsignedLong(start, 16), Long.parseUnsignedLong(size, 16));
        FdtException e =
                catchThrowableOfType(FdtException.class, () -> new CellCounts(address, sizes).encode(List.of(range)));
        assertThat(e).hasMessageContaining(property);
        assertThat(e.error()).isEqualTo(BADNCELLS);
    }

    @Test
    void rangesAreNeitherEmptyNorWrap() {
        assertThat(new AddressRange(-2, 1).end()).isEqualTo(-1);
        assertThat(new AddressRange(0x10, 0x20)).hasToString("[0x10, 0x30)");
        assertThatIllegalArgumentException().isThrownBy(() -> new AddressRange(5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new AddressRange(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new AddressRange(1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new CellCounts(5, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new CellCounts(0, -1));
    }
}
