package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADNCELLS;
import static io.kexec4j.fdt.FdtError.BADVALUE;
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
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private final EditableTree tree = EditableTree.empty();

    private EditableNode memory(String path, int... reg) {
        return cells(text(at(tree, path), "device_type", "memory"), "reg", reg);
    }

    @Test
    void isWhatHasTheTypeRightBelowTheRoot() throws FdtException {
        memory("/memory@0", 0, 0, 0x1000, 1, 0, 0x2000, 5, 5, 0);
        flag(memory("/ram", 2, 0, 0x10), "hotpluggable");
        memory("/soc/memory@0", 0, 0, 0x1000);
        cells(at(tree, "/memory@1"), "reg", 0, 0, 0x1000);
        text(memory("/memory@2", 0, 0, 0x1000), "status", "disabled");
        text(memory("/memory@3", 0, 0, 0x1000), "device_type", "memory-controller");
        for (DeviceTree each : both(tree)) {
            assertThat(MemoryNode.all(each))
                    .containsExactly(
                            new MemoryNode(
                                    node(each, "/memory@0"),
                                    List.of(new AddressRange(0, 0x1000), new AddressRange(0x1_0000_0000L, 0x2000)),
                                    false),
                            new MemoryNode(node(each, "/ram"), List.of(new AddressRange(0x2_0000_0000L, 0x10)), true));
        }
    }

    @Test
    void isWhatACrashKernelMayUse() throws FdtException {
        EditableNode node = memory("/memory@0", 0, 0, 0x1000);
        cells(node, "linux,usable-memory", 0, 0x100, 0x10, 0, 0, 0);
        assertThat(MemoryNode.all(tree).get(0).ranges()).containsExactly(new AddressRange(0x100, 0x10));
    }

    @Test
    void refusesWhatIsNoMemory() {
        EditableNode node = memory("/memory@0", -1, -1, 1);
        assertFails(() -> MemoryNode.all(tree), BADVALUE, "/memory@0", "reg");
        bytes(node, "reg", 20);
        assertFails(() -> MemoryNode.all(tree), BADVALUE, "/memory@0", "reg");
        cells(node, "linux,usable-memory", 1);
        assertFails(() -> MemoryNode.all(tree), BADVALUE, "/memory@0", "linux,usable-memory");
        cells(tree.root(), "#address-cells", 0);
        assertFails(() -> MemoryNode.all(tree), BADNCELLS, "/", "#address-cells");
        bytes(node, "status", 3);
        assertFails(() -> MemoryNode.all(tree), BADVALUE, "/memory@0", "status");
    }

    private EditableNode reserved(String name) {
        return flag(at(tree, "/reserved-memory"), "ranges").childOrAdd(name);
    }

    @Test
    void isReservedAtAPlaceOrAnywhere() throws FdtException {
        assertThat(ReservedRegion.all(tree)).isEmpty();
        EditableNode fixed = flag(cells(reserved("tz@1000"), "reg", 0, 0x1000, 0x10, 0, 0x2000, 0x20), "no-map");
        cells(fixed, "size", 9);
        EditableNode pool =
                flag(text(cells(reserved("cma"), "size", 0x40_0000), "compatible", "shared-dma-pool"), "reusable");
        cells(cells(pool, "alignment", 0x1000), "alloc-ranges", 0, 0x4000_0000, 0x1000_0000);
        text(cells(reserved("off"), "reg", 1), "status", "disabled");
        assertThat(ReservedRegion.all(tree))
                .containsExactly(
                        new ReservedRegion(
                                fixed,
                                List.of(new AddressRange(0x1000, 0x10), new AddressRange(0x2000, 0x20)),
                                Optional.empty(),
                                true,
                                false,
                                List.of()),
                        new ReservedRegion(
                                pool,
                                List.of(),
                                Optional.of(new ReservedRegion.Request(
                                        0x40_0000,
                                        OptionalLong.of(0x1000),
                                        List.of(new AddressRange(0x4000_0000, 0x1000_0000)))),
                                false,
                                true,
                                List.of("shared-dma-pool")));
    }

    @Test
    void refusesReservedRegionsThatAreNone() {
        EditableNode node = reserved("a");
        assertFails(() -> ReservedRegion.all(tree), BADVALUE, "/reserved-memory/a", "reg");
        cells(node, "size", 0, 1);
        assertFails(() -> ReservedRegion.all(tree), BADVALUE, "/reserved-memory/a", "size");
        cells(cells(node, "size", 1), "alignment", 0, 1);
        assertFails(() -> ReservedRegion.all(tree), BADVALUE, "/reserved-memory/a", "alignment");
        cells(cells(node, "alignment", 1), "alloc-ranges", 0, 1);
        assertFails(() -> ReservedRegion.all(tree), BADVALUE, "/reserved-memory/a", "alloc-ranges");
        flag(flag(node, "no-map"), "reusable");
        assertFails(() -> ReservedRegion.all(tree), BADVALUE, "/reserved-memory/a", "reusable");
    }

    @Test
    void refusesReservedMemoryOfAnotherBus() {
        reserved("a");
        cells(at(tree, "/reserved-memory"), 1, 1);
        assertFails(() -> ReservedRegion.all(tree), BADNCELLS, "/reserved-memory", "#address-cells");
        cells(at(tree, "/reserved-memory"), 2, 1);
        at(tree, "/reserved-memory").unset("ranges");
        assertFails(() -> ReservedRegion.all(tree), BADVALUE, "/reserved-memory", "ranges");
        cells(at(tree, "/reserved-memory"), "ranges", 0, 0, 1, 1, 5);
        assertFails(() -> ReservedRegion.all(tree), BADVALUE, "/reserved-memory", "ranges");
    }
}
