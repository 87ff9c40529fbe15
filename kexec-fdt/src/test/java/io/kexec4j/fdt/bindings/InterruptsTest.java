package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADNCELLS;
import static io.kexec4j.fdt.FdtError.BADPHANDLE;
import static io.kexec4j.fdt.FdtError.BADVALUE;
import static io.kexec4j.fdt.FdtError.LIMIT;
import static io.kexec4j.fdt.FdtError.NOTFOUND;
import static io.kexec4j.fdt.bindings.Trees.assertFails;
import static io.kexec4j.fdt.bindings.Trees.at;
import static io.kexec4j.fdt.bindings.Trees.both;
import static io.kexec4j.fdt.bindings.Trees.bytes;
import static io.kexec4j.fdt.bindings.Trees.cells;
import static io.kexec4j.fdt.bindings.Trees.flag;
import static io.kexec4j.fdt.bindings.Trees.node;
import static io.kexec4j.fdt.bindings.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterruptsTest {
    private final EditableTree tree = EditableTree.empty();
    private final EditableNode gic = controller("/gic", 1, 3);
    private final EditableNode device = at(tree, "/soc/bus/device@10");

    private EditableNode controller(String path, int phandle, int interruptCells) {
        return cells(
                cells(flag(at(tree, path), "interrupt-controller"), "phandle", phandle),
                "#interrupt-cells",
                interruptCells);
    }

    @BeforeEach
    void bus() {
        cells(at(tree, "/soc/bus"), 1, 1);
        cells(device, "reg", 0x10, 4);
    }

    private static Interrupt interrupt(EditableNode parent, int... specifier) {
        return new Interrupt(parent, Cells.of(specifier), Cells.of(0x10));
    }

    private List<Interrupt> ofDevice() throws FdtException {
        return Interrupts.of(tree, device);
    }

    private Optional<Interrupt> resolved() throws FdtException {
        return Interrupts.resolve(tree, ofDevice().get(0));
    }

    @Test
    void areInheritedFromAbove() throws FdtException {
        assertThat(ofDevice()).isEmpty();
        cells(device, "interrupts", 0, 5, 4, 0, 6, 1);
        cells(tree.root(), "interrupt-parent", 1);
        assertThat(ofDevice()).containsExactly(interrupt(gic, 0, 5, 4), interrupt(gic, 0, 6, 1));
        assertThat(resolved()).contains(interrupt(gic, 0, 5, 4));
        EditableNode nearer = controller("/soc/intc", 2, 1);
        cells(at(tree, "/soc"), "interrupt-parent", 2);
        assertThat(ofDevice()).hasSize(6).contains(interrupt(nearer, 5));
        cells(device, "interrupt-parent", 1);
        assertThat(ofDevice()).hasSize(2);
    }

    @Test
    void goToTheNodeAboveThatTakesThem() throws FdtException {
        cells(device, "interrupts", 5);
        cells(flag(at(tree, "/soc"), "interrupt-controller"), "#interrupt-cells", 1);
        assertThat(Interrupts.parent(tree, device)).contains(at(tree, "/soc"));
        assertThat(resolved()).contains(interrupt(at(tree, "/soc"), 5));
        for (DeviceTree each : both(tree)) {
            assertThat(Interrupts.parent(each, node(each, "/soc/bus/device@10")))
                    .contains(node(each, "/soc"));
        }
    }

    @Test
    void haveAParent() throws FdtException {
        cells(device, "interrupts", 5);
        assertThat(Interrupts.parent(tree, device)).isEmpty();
        assertFails(this::ofDevice, NOTFOUND, device.path(), "interrupts");
        cells(device, "interrupt-parent", 99);
        assertFails(this::ofDevice, NOTFOUND, device.path(), "interrupt-parent");
        bytes(device, "interrupt-parent", 8);
        assertFails(this::ofDevice, BADVALUE, device.path(), "interrupt-parent");
    }

    @Test
    void haveParentsThatMakeNoCircle() {
        cells(device, "interrupts", 5);
        cells(cells(at(tree, "/a"), "phandle", 5), "interrupt-parent", 6);
        cells(cells(at(tree, "/b"), "phandle", 6), "interrupt-parent", 5);
        cells(device, "interrupt-parent", 5);
        assertFails(this::ofDevice, LIMIT, "/a", "interrupt-parent");
        cells(at(tree, "/a"), "interrupt-parent", 5);
        assertFails(this::ofDevice, LIMIT, "/a", "interrupt-parent");
    }

    @Test
    void areWhole() {
        cells(tree.root(), "interrupt-parent", 1);
        cells(device, "interrupts", 0, 5);
        assertFails(this::ofDevice, BADVALUE, device.path(), "interrupts");
        bytes(device, "interrupts", 13);
        assertFails(this::ofDevice, BADVALUE, device.path(), "interrupts");
        cells(device, "interrupts", 0, 5, 4);
        cells(gic, "#interrupt-cells", 0);
        assertFails(this::ofDevice, BADVALUE, device.path(), "interrupts");
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 0x8000_0000, -1})
    void haveFewCells(int count) {
        cells(tree.root(), "interrupt-parent", 1);
        cells(device, "interrupts", 0, 5, 4);
        cells(gic, "#interrupt-cells", count);
        assertFails(this::ofDevice, BADNCELLS, "/gic", "#interrupt-cells");
    }

    @Test
    void mayGoToSeveralParents() throws FdtException {
        EditableNode gpio = controller("/gpio", 2, 2);
        cells(device, "interrupts", 1);
        cells(device, "interrupts-extended", 1, 0, 5, 4, 2, 7, 8);
        text(device, "interrupt-names", "main", "wake");
        assertThat(ofDevice()).containsExactly(interrupt(gic, 0, 5, 4), interrupt(gpio, 7, 8));
        assertThat(Interrupts.named(tree, device, "wake")).contains(interrupt(gpio, 7, 8));
        assertThat(Interrupts.named(tree, device, "other")).isEmpty();
        cells(device, "interrupts-extended", 1, 0, 5, 4);
        assertFails(() -> Interrupts.named(tree, device, "wake"), BADVALUE, device.path(), "interrupt-names");
        cells(device, "interrupts-extended", 0, 1, 0, 5, 4);
        assertFails(this::ofDevice, BADPHANDLE, device.path(), "interrupts-extended");
    }

    /** A bridge whose four pins of two slots are swizzled. */
    private EditableNode bridge() {
        EditableNode bridge = cells(cells(at(tree, "/pcie@0"), 3, 2), "#interrupt-cells", 1);
        cells(bridge, "interrupt-map-mask", 0x1800, 0, 0, 7);
        cells(
                bridge,
                "interrupt-map",
                0,
                0,
                0,
                1,
                1,
                0,
                3,
                4,
                0,
                0,
                0,
                2,
                1,
                0,
                4,
                4, //
                0x800,
                0,
                0,
                1,
                1,
                0,
                4,
                4,
                0x800,
                0,
                0,
                2,
                1,
                0,
                3,
                4);
        return bridge;
    }

    private Optional<Interrupt> pin(EditableNode bridge, int slot, int pin) throws FdtException {
        return Interrupts.resolve(tree, new Interrupt(bridge, Cells.of(pin), Cells.of(slot << 11, 0, 0)));
    }

    @Test
    void passANexus() throws FdtException {
        EditableNode bridge = bridge();
        assertThat(pin(bridge, 0, 1)).contains(new Interrupt(gic, Cells.of(0, 3, 4), Cells.of()));
        assertThat(pin(bridge, 1, 1)).contains(new Interrupt(gic, Cells.of(0, 4, 4), Cells.of()));
        assertThat(pin(bridge, 5, 2)).contains(new Interrupt(gic, Cells.of(0, 3, 4), Cells.of()));
        assertThat(pin(bridge, 0, 3)).isEmpty();
        assertThat(pin(bridge, 2, 1)).isEmpty();
        EditableNode slot = cells(cells(bridge.add("dev@1,0"), "reg", 0x10800, 0, 0, 0, 0), "interrupts", 2);
        assertThat(Interrupts.resolve(tree, Interrupts.of(tree, slot).get(0)))
                .contains(new Interrupt(gic, Cells.of(0, 3, 4), Cells.of()));
        bridge.unset("interrupt-map-mask");
        assertThat(pin(bridge, 5, 2)).isEmpty();
    }

    @Test
    void passRowsWhoseTargetIsDisabled() throws FdtException {
        EditableNode bridge = bridge();
        text(gic, "status", "disabled");
        assertThat(pin(bridge, 0, 1)).isEmpty();
    }

    @Test
    void passSeveralNexusesWithTheAddressOfEach() throws FdtException {
        EditableNode first = cells(cells(at(tree, "/first"), 0, 0), "#interrupt-cells", 1);
        EditableNode second = cells(cells(cells(at(tree, "/second"), 2, 0), "#interrupt-cells", 1), "phandle", 9);
        cells(first, "interrupt-map", 5, 9, 0xa, 0xb, 6);
        cells(second, "interrupt-map", 0xa, 0xc, 6, 1, 1, 1, 1, 0xa, 0xb, 6, 1, 2, 2, 2);
        cells(device, "interrupts-extended", 9, 6);
        assertThat(Interrupts.resolve(tree, new Interrupt(first, Cells.of(5), Cells.of())))
                .contains(new Interrupt(gic, Cells.of(2, 2, 2), Cells.of()));
        cells(gic, "#address-cells", 1);
        cells(second, "interrupt-map", 0xa, 0xb, 6, 1, 0x77, 2, 2, 2);
        assertThat(Interrupts.resolve(tree, new Interrupt(first, Cells.of(5), Cells.of())))
                .contains(new Interrupt(gic, Cells.of(2, 2, 2), Cells.of(0x77)));
    }

    @Test
    void takeADeviceWithoutAddressForZero() throws FdtException {
        EditableNode bridge = bridge();
        assertThat(Interrupts.resolve(tree, new Interrupt(bridge, Cells.of(1), Cells.of())))
                .contains(new Interrupt(gic, Cells.of(0, 3, 4), Cells.of()));
    }

    @Test
    void passNodesWithoutAMap() throws FdtException {
        EditableNode relay = cells(cells(at(tree, "/relay"), "#interrupt-cells", 3), "interrupt-parent", 1);
        Interrupt interrupt = new Interrupt(relay, Cells.of(1, 2, 3), Cells.of());
        assertThat(Interrupts.resolve(tree, interrupt)).contains(new Interrupt(gic, Cells.of(1, 2, 3), Cells.of()));
        cells(gic, "#interrupt-cells", 2);
        assertFails(() -> Interrupts.resolve(tree, interrupt), BADVALUE, "/gic", "#interrupt-cells");
        relay.unset("interrupt-parent");
        assertThat(Interrupts.resolve(tree, interrupt)).isEmpty();
    }

    @Test
    void endAtARowOfTheNexusItself() throws FdtException {
        EditableNode nexus = cells(cells(controller("/nexus", 9, 1), 0, 0), "interrupt-map", 5, 9, 6, 7, 1, 1, 1, 1);
        Cells none = Cells.of();
        assertThat(Interrupts.resolve(tree, new Interrupt(nexus, Cells.of(5), none)))
                .contains(new Interrupt(nexus, Cells.of(6), none));
        assertThat(Interrupts.resolve(tree, new Interrupt(nexus, Cells.of(7), none)))
                .contains(new Interrupt(gic, Cells.of(1, 1, 1), none));
    }

    @Test
    void makeNoCircle() {
        EditableNode one = cells(cells(cells(at(tree, "/one"), 0, 0), "#interrupt-cells", 1), "phandle", 8);
        EditableNode two = cells(cells(cells(at(tree, "/two"), 0, 0), "#interrupt-cells", 1), "phandle", 9);
        cells(one, "interrupt-map", 5, 9, 5);
        cells(two, "interrupt-map", 5, 8, 5);
        assertFails(() -> Interrupts.resolve(tree, new Interrupt(one, Cells.of(5), Cells.of())), LIMIT, "/one", "");
        EditableNode relay =
                cells(cells(cells(at(tree, "/r"), "#interrupt-cells", 1), "phandle", 7), "interrupt-parent", 7);
        assertFails(() -> Interrupts.resolve(tree, new Interrupt(relay, Cells.of(5), Cells.of())), LIMIT, "/r", "");
    }

    @Test
    void refuseMalformedMaps() {
        EditableNode bridge = bridge();
        cells(bridge, "interrupt-map", 1, 0, 0, 1, 1, 0, 3, 4, 0, 0, 0);
        assertFails(() -> pin(bridge, 0, 2), BADVALUE, "/pcie@0", "interrupt-map");
        cells(bridge, "interrupt-map", 1, 0, 0, 1, 1, 0);
        assertFails(() -> pin(bridge, 0, 2), BADVALUE, "/pcie@0", "interrupt-map");
        cells(bridge, "interrupt-map", 1, 0, 0, 1, 55, 0, 3, 4);
        assertFails(() -> pin(bridge, 0, 2), NOTFOUND, "/pcie@0", "interrupt-map");
        bytes(bridge, "interrupt-map", 30);
        assertFails(() -> pin(bridge, 0, 2), BADVALUE, "/pcie@0", "interrupt-map");
        gic.unset("#interrupt-cells");
        bridge();
        assertFails(() -> pin(bridge, 0, 2), BADNCELLS, "/gic", "#interrupt-cells");
        cells(bridge, "interrupt-map-mask", 0, 0, 0);
        assertFails(() -> pin(bridge, 0, 2), BADVALUE, "/pcie@0", "interrupt-map-mask");
        cells(bridge, "interrupt-map-mask", 0, 0, 0, 0, 0);
        assertFails(() -> pin(bridge, 0, 2), BADVALUE, "/pcie@0", "interrupt-map-mask");
        cells(bridge, "#address-cells", 5);
        assertFails(() -> pin(bridge, 0, 2), BADNCELLS, "/pcie@0", "#address-cells");
        assertFails(
                () -> Interrupts.resolve(tree, new Interrupt(bridge, Cells.of(1, 2), Cells.of())),
                BADVALUE,
                "/pcie@0",
                "#interrupt-cells");
    }
}
