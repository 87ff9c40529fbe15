package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.bindings.Trees.at;
import static io.kexec4j.fdt.bindings.Trees.cells;
import static io.kexec4j.fdt.bindings.Trees.flag;
import static io.kexec4j.fdt.bindings.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever the values are: an answer, or an {@link FdtException} that says whose fault it is. */
class HostileValuesTest {
    private static final int[] CELLS = {
        0, 1, 2, 3, 4, 5, 7, 16, 17, 0x1000, 0x0200_0000, 0x7fff_ffff, 0x8000_0000, -2, -1
    };

    /** A question about a tree. */
    @FunctionalInterface
    private interface Question {
        void ask() throws FdtException;
    }

    private int answers;
    private int refusals;

    @Test
    void cutAnywhereAreAnsweredOrRefused() {
        EditableTree whole = sample();
        for (Node node : whole.nodes().toList()) {
            for (Property property : node.properties()) {
                for (int size = 0; size < property.value().size(); size++) {
                    EditableTree tree = whole.copy();
                    byte[] cut = Arrays.copyOf(property.value().toByteArray(), size);
                    tree.node(node.path()).orElseThrow().set(property.name(), PropertyValue.of(cut));
                    askAll(tree);
                }
            }
        }
        assertThat(answers).isGreaterThan(10_000);
        assertThat(refusals).isGreaterThan(500);
    }

    @Test
    void changedAnyhowAreAnsweredOrRefused() {
        EditableTree whole = sample();
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 4000; i++) {
            EditableTree tree = whole.copy();
            List<EditableNode> nodes = new ArrayList<>();
            tree.nodes().forEach(node -> nodes.add((EditableNode) node));
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                change(random, nodes.get(random.nextInt(nodes.size())));
            }
            askAll(tree);
        }
        assertThat(answers).isGreaterThan(10_000);
        assertThat(refusals).isGreaterThan(5000);
    }

    @Test
    void ofTheSampleItselfAreAnswered() {
        askAll(sample());
        assertThat(refusals).isZero();
        assertThat(answers).isGreaterThan(100);
    }

    private static void change(SplittableRandom random, EditableNode node) {
        List<Property> properties = node.properties();
        if (properties.isEmpty()) {
            return;
        }
        Property property = properties.get(random.nextInt(properties.size()));
        byte[] bytes = property.value().toByteArray();
        if (random.nextInt(8) == 0) {
            node.unset(property.name());
        } else if (bytes.length < 4 || random.nextInt(6) == 0) {
            byte[] other = Arrays.copyOf(bytes, random.nextInt(24));
            node.set(property.name(), PropertyValue.of(other));
        } else {
            int cell = CELLS[random.nextInt(CELLS.length)];
            int at = random.nextInt(bytes.length / 4) * 4;
            System.arraycopy(PropertyValue.ofCells(cell).toByteArray(), 0, bytes, at, 4);
            node.set(property.name(), PropertyValue.of(bytes));
        }
    }

    private void askAll(DeviceTree tree) {
        ask(() -> MemoryNode.all(tree));
        ask(() -> ReservedRegion.all(tree));
        ask(() -> Cpu.all(tree));
        ask(() -> DynamicMemory.of(tree));
        ask(() -> PowerFirmware.rtas(tree));
        ask(() -> PowerFirmware.opal(tree));
        ask(() -> PowerFirmware.tceTables(tree));
        ask(() -> PowerFirmware.reservedRanges(tree));
        ask(() -> Alias.all(tree));
        Chosen.of(tree).ifPresent(this::askChosen);
        tree.nodes().forEach(node -> askNode(tree, node));
    }

    private void askChosen(Chosen chosen) {
        ask(chosen::bootargs);
        ask(chosen::standardOutput);
        ask(chosen::initrd);
        ask(chosen::kaslrSeed);
        ask(chosen::elfCoreHeader);
        ask(chosen::usableMemory);
        ask(chosen::uefi);
        ask(chosen::kernelEnd);
        ask(chosen::hashTable);
        ask(chosen::crashKernel);
        ask(chosen::memoryLimit);
    }

    private void askNode(DeviceTree tree, Node node) {
        ask(() -> Status.of(node));
        ask(() -> Identity.compatible(node));
        ask(() -> CellCounts.below(node));
        ask(() -> PhandleArguments.list(tree, node, "clocks", "#clock-cells"));
        ask(() -> {
            for (Interrupt interrupt : Interrupts.of(tree, node)) {
                ask(() -> Interrupts.resolve(tree, interrupt));
            }
        });
        if (node.parent().isPresent()) {
            ask(() -> BusRanges.of(node));
            ask(() -> BusRanges.ofDma(node));
            ask(() -> Addresses.cpuRanges(node));
            ask(() -> {
                for (Reg reg : Reg.of(node)) {
                    Addresses.dmaToCpu(node, reg.address());
                }
            });
        }
    }

    private void ask(Question question) {
        try {
            question.ask();
            answers++;
        } catch (FdtException e) {
            refusals++;
            assertThat(e.path()).as("place of: %s", e.getMessage()).isPresent();
        }
    }

    private static EditableTree sample() {
        EditableTree tree = EditableTree.empty();
        text(cells(cells(tree.root(), 2, 2), "interrupt-parent", 1), "compatible", "acme,board", "acme,chip");
        text(at(tree, "/aliases"), "serial0", "/soc/serial@1000");
        EditableNode chosen = text(at(tree, "/chosen"), "stdout-path", "serial0:9600");
        text(chosen, "bootargs", "quiet");
        cells(cells(chosen, "linux,initrd-start", 0, 0x1000), "linux,initrd-end", 0x2000);
        cells(cells(chosen, "linux,elfcorehdr", 0, 1, 0, 2), "linux,usable-memory-range", 0, 1, 0, 2, 0, 3, 0, 4);
        cells(chosen, "kaslr-seed", 1, 2);
        cells(cells(chosen, "linux,uefi-system-table", 0, 1), "linux,uefi-mmap-start", 0, 2);
        cells(cells(chosen, "linux,uefi-mmap-size", 3), "linux,uefi-mmap-desc-size", 4);
        cells(chosen, "linux,uefi-mmap-desc-ver", 1);
        text(cells(at(tree, "/memory@0"), "reg", 0, 0, 1, 0), "device_type", "memory");
        flag(cells(at(tree, "/reserved-memory"), 2, 2), "ranges");
        cells(at(tree, "/reserved-memory/a"), "reg", 0, 0x1000, 0, 0x1000);
        cells(cells(at(tree, "/reserved-memory/b"), "size", 0, 1), "alignment", 0, 0x1000);
        cells(cells(at(tree, "/cpus"), 1, 0).add("cpu@0"), "reg", 0);
        EditableNode gic = cells(cells(at(tree, "/gic"), "#interrupt-cells", 3), "phandle", 1);
        flag(gic, "interrupt-controller");
        EditableNode soc = cells(cells(at(tree, "/soc"), 1, 1), "ranges", 0, 1, 0, 0x1000_0000);
        cells(soc, "dma-ranges", 0, 0, 0, 0x1000_0000);
        cells(cells(soc.add("clock"), "#clock-cells", 1), "phandle", 2);
        EditableNode serial = cells(cells(soc.add("serial@1000"), "reg", 0x1000, 0x10), "interrupts", 0, 5, 4);
        text(cells(serial, "clocks", 2, 7), "status", "okay");
        EditableNode pci = cells(cells(soc.add("pcie@2000"), 3, 2), "ranges", 0x0200_0000, 0, 0, 0x8000, 0, 0x1000);
        cells(cells(pci, "#interrupt-cells", 1), "interrupt-map-mask", 0xf800, 0, 0, 7);
        cells(pci, "interrupt-map", 0, 0, 0, 1, 1, 0, 9, 4, 0, 0, 0, 2, 1, 0, 10, 4);
        EditableNode slot = cells(pci.add("dev@0,0"), "reg", 0x0200_0000, 0, 0x10, 0, 0x10);
        cells(cells(slot, "interrupt-parent", 3), "interrupts", 2);
        cells(pci, "phandle", 3);
        addPower(tree);
        return tree;
    }

    private static void addPower(EditableTree tree) {
        EditableNode blocks = cells(at(tree, "/ibm,dynamic-reconfiguration-memory"), "ibm,lmb-size", 0, 0x1000);
        cells(blocks, "ibm,dynamic-memory-v2", 1, 2, 0, 0x10_0000, 0, 0, 8);
        cells(blocks, "linux,drconf-usable-memory", 0, 1, 0, 0x10_0000, 0, 0x1000, 0, 0);
        cells(cells(at(tree, "/rtas"), "linux,rtas-base", 0x1000), "rtas-size", 0x1000);
        EditableNode opal = cells(at(tree, "/ibm,opal"), "opal-base-address", 0, 0x1000);
        cells(cells(opal, "opal-runtime-size", 0, 0x1000), "opal-entry-address", 0, 0x1000);
        cells(cells(at(tree, "/pci"), "linux,tce-base", 0, 0x1000), "linux,tce-size", 0x1000);
        cells(tree.root(), "reserved-ranges", 0, 0x1000, 0, 0x1000);
        EditableNode chosen = cells(at(tree, "/chosen"), "linux,kernel-end", 0, 0x1000);
        cells(cells(chosen, "linux,htab-base", 0, 0x1000), "linux,htab-size", 0, 0x1000);
        cells(cells(chosen, "linux,crashkernel-base", 0, 1), "linux,crashkernel-size", 0, 1);
        cells(chosen, "linux,memory-limit", 0, 0x1000);
    }
}
