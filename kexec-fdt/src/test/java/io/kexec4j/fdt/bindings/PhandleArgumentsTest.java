package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADNCELLS;
import static io.kexec4j.fdt.FdtError.BADVALUE;
import static io.kexec4j.fdt.FdtError.NOTFOUND;
import static io.kexec4j.fdt.bindings.Trees.assertFails;
import static io.kexec4j.fdt.bindings.Trees.at;
import static io.kexec4j.fdt.bindings.Trees.both;
import static io.kexec4j.fdt.bindings.Trees.bytes;
import static io.kexec4j.fdt.bindings.Trees.cells;
import static io.kexec4j.fdt.bindings.Trees.node;
import static io.kexec4j.fdt.bindings.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PhandleArgumentsTest {
    private final EditableTree tree = EditableTree.empty();
    private final EditableNode pll = cells(cells(at(tree, "/pll"), "phandle", 1), "#clock-cells", 2);
    private final EditableNode osc = cells(cells(at(tree, "/osc"), "phandle", 2), "#clock-cells", 0);
    private final EditableNode device = at(tree, "/device");

    private List<PhandleArguments> clocks() throws FdtException {
        return PhandleArguments.list(tree, device, "clocks", "#clock-cells");
    }

    private static PhandleArguments entry(Node target, int... arguments) {
        return new PhandleArguments(Optional.of(target), Cells.of(arguments));
    }

    @Test
    void haveAsManyArgumentsAsTheTargetSays() throws FdtException {
        assertThat(clocks()).isEmpty();
        cells(device, "clocks", 1, 7, 8, 2, 0, 1, 9, 10);
        for (DeviceTree each : both(tree)) {
            Node first = node(each, "/pll");
            assertThat(PhandleArguments.list(each, node(each, "/device"), "clocks", "#clock-cells"))
                    .containsExactly(
                            entry(first, 7, 8),
                            entry(node(each, "/osc")),
                            new PhandleArguments(Optional.empty(), Cells.of()),
                            entry(first, 9, 10));
        }
    }

    @Test
    void haveNames() throws FdtException {
        cells(device, "clocks", 1, 7, 8, 2);
        assertThat(PhandleArguments.named(device, clocks(), "clock-names", "bus"))
                .isEmpty();
        text(device, "clock-names", "bus", "ref");
        assertThat(PhandleArguments.named(device, clocks(), "clock-names", "ref"))
                .contains(entry(osc));
        assertThat(PhandleArguments.named(device, clocks(), "clock-names", "other"))
                .isEmpty();
        text(device, "clock-names", "bus", "ref", "third");
        assertFails(
                () -> PhandleArguments.named(device, clocks(), "clock-names", "third"),
                BADVALUE,
                "/device",
                "clock-names");
    }

    @Test
    void mayHaveAFixedNumberOfArguments() throws FdtException {
        cells(device, "gpio-ranges", 2, 1, 2, 3);
        assertThat(PhandleArguments.listOfFixed(tree, device, "gpio-ranges", 3)).containsExactly(entry(osc, 1, 2, 3));
        assertFails(
                () -> PhandleArguments.listOfFixed(tree, device, "gpio-ranges", 2), NOTFOUND, "/device", "gpio-ranges");
        cells(device, "memory-region", 2, 1);
        assertThat(PhandleArguments.listOfFixed(tree, device, "memory-region", 0))
                .containsExactly(entry(osc), entry(pll));
    }

    @Test
    void mayLackTheCountOfArguments() throws FdtException {
        cells(device, "msi-parent", 2, 1);
        assertThat(PhandleArguments.listWithOptionalCells(tree, device, "msi-parent", "#msi-cells"))
                .containsExactly(entry(osc), entry(pll));
        assertFails(
                () -> PhandleArguments.list(tree, device, "msi-parent", "#msi-cells"), BADNCELLS, "/osc", "#msi-cells");
    }

    @Test
    void areWhole() {
        cells(device, "clocks", 2, 1, 7);
        assertFails(this::clocks, BADVALUE, "/device", "clocks");
        bytes(device, "clocks", 5);
        assertFails(this::clocks, BADVALUE, "/device", "clocks");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, -1, 0x01000000})
    void referToNodes(int phandle) {
        cells(device, "clocks", phandle);
        assertFails(this::clocks, NOTFOUND, "/device", "clocks");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 0x4000_0000, 0x8000_0000, -1})
    void areNotTooMany(int count) {
        cells(pll, "#clock-cells", count);
        cells(device, "clocks", 1, 7, 8);
        assertFails(this::clocks, BADNCELLS, "/pll", "#clock-cells");
        bytes(pll, "#clock-cells", 8);
        assertFails(this::clocks, BADNCELLS, "/pll", "#clock-cells");
    }
}
