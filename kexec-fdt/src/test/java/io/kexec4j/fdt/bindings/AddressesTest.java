package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADNCELLS;
import static io.kexec4j.fdt.FdtError.BADVALUE;
import static io.kexec4j.fdt.bindings.Trees.assertFails;
import static io.kexec4j.fdt.bindings.Trees.at;
import static io.kexec4j.fdt.bindings.Trees.both;
import static io.kexec4j.fdt.bindings.Trees.cells;
import static io.kexec4j.fdt.bindings.Trees.flag;
import static io.kexec4j.fdt.bindings.Trees.node;
import static io.kexec4j.fdt.bindings.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AddressesTest {
    private static final int IO = 0x0100_0000;
    private static final int MEMORY_32 = 0x0200_0000;
    private static final int MEMORY_64 = 0x0300_0000;

    private final EditableTree tree = EditableTree.empty();

    @BeforeEach
    void root() {
        cells(tree.root(), 2, 2);
    }

    private OptionalLong cpu(String device, int... address) throws FdtException {
        OptionalLong found = Addresses.toCpu(at(tree, device), Cells.of(address));
        for (DeviceTree each : both(tree)) {
            assertThat(Addresses.toCpu(node(each, device), Cells.of(address))).isEqualTo(found);
        }
        return found;
    }

    @Test
    void belowTheRootIsWhatACpuSees() throws FdtException {
        cells(at(tree, "/a"), "reg", 1, 2, 0, 16, 3, 0, 0, 0);
        assertThat(cpu("/a", 1, 2)).hasValue(0x1_0000_0002L);
        assertThat(Addresses.cpuRanges(at(tree, "/a"))).containsExactly(new AddressRange(0x1_0000_0002L, 16));
        assertThat(Addresses.toCpu(at(tree, "/a"), Reg.of(at(tree, "/a")).get(1)))
                .hasValue(0x3_0000_0000L);
    }

    @Test
    void emptyRangesAreTheIdentityAndAbsentOnesNothing() throws FdtException {
        cells(at(tree, "/soc"), 1, 1);
        at(tree, "/soc/a");
        assertThat(BusRanges.of(at(tree, "/soc"))).isEqualTo(new BusRanges.None());
        assertThat(cpu("/soc/a", 0x1000)).isEmpty();
        flag(at(tree, "/soc"), "ranges");
        assertThat(BusRanges.of(at(tree, "/soc"))).isEqualTo(new BusRanges.Identity());
        assertThat(cpu("/soc/a", 0x8000_1000)).hasValue(0x8000_1000L);
    }

    @Test
    void theIdentityEndsWhereTheBusAboveHasNoRoom() throws FdtException {
        cells(at(tree, "/soc"), 1, 1);
        flag(at(tree, "/soc"), "ranges");
        cells(at(tree, "/soc/b"), 2, 1);
        flag(at(tree, "/soc/b"), "ranges");
        at(tree, "/soc/b/a");
        assertThat(cpu("/soc/b/a", 0, 5)).hasValue(5);
        assertThat(cpu("/soc/b/a", 1, 5)).isEmpty();
    }

    @Test
    void windowsMoveWhatLiesInThem() throws FdtException {
        cells(cells(at(tree, "/soc"), 1, 1), "ranges", 0x1000, 2, 0, 0x1000, 0x8000, 3, 0, 0x100);
        at(tree, "/soc/a");
        assertThat(cpu("/soc/a", 0xfff)).isEmpty();
        assertThat(cpu("/soc/a", 0x1000)).hasValue(0x2_0000_0000L);
        assertThat(cpu("/soc/a", 0x1fff)).hasValue(0x2_0000_0fffL);
        assertThat(cpu("/soc/a", 0x2000)).isEmpty();
        assertThat(cpu("/soc/a", 0x80ff)).hasValue(0x3_0000_00ffL);
        assertThat(BusRanges.of(at(tree, "/soc")))
                .isEqualTo(new BusRanges.Windows(List.of(
                        new BusRanges.Window(Cells.of(0x1000), Cells.of(2, 0), Cells.of(0x1000)),
                        new BusRanges.Window(Cells.of(0x8000), Cells.of(3, 0), Cells.of(0x100)))));
    }

    @Test
    void theFirstWindowCounts() throws FdtException {
        cells(cells(at(tree, "/soc"), 1, 1), "ranges", 0, 1, 0, 0x1000, 0, 2, 0, 0x2000);
        at(tree, "/soc/a");
        assertThat(cpu("/soc/a", 0xfff)).hasValue(0x1_0000_0fffL);
        assertThat(cpu("/soc/a", 0x1000)).hasValue(0x2_0000_1000L);
    }

    @Test
    void windowsMayReachTheEndOfTheBus() throws FdtException {
        cells(cells(at(tree, "/soc"), 1, 1), "ranges", 0xffff_f000, 0, 0, 0x1000);
        at(tree, "/soc/a");
        assertThat(cpu("/soc/a", -1)).hasValue(0xfff);
        assertThat(cpu("/soc/a", 0)).isEmpty();
    }

    @Test
    void aBusWithoutSizesIsNotSeen() throws FdtException {
        cells(at(tree, "/i2c"), 1, 0);
        flag(at(tree, "/i2c"), "ranges");
        at(tree, "/i2c/chip");
        assertThat(cpu("/i2c/chip", 0x50)).isEmpty();
    }

    @Test
    void pciTellsPortsFromMemory() throws FdtException {
        cells(text(at(tree, "/pci"), "device_type", "pci"), 3, 2);
        cells(
                at(tree, "/pci"),
                "ranges",
                IO,
                0,
                0,
                0,
                0x3eff_0000,
                0,
                0x1_0000, // ports
                MEMORY_32,
                0,
                0x1000_0000,
                0,
                0x1000_0000,
                0,
                0x2000_0000, // memory
                MEMORY_64 | 0x4000_0000,
                0x80,
                0,
                0x90,
                0,
                0x80,
                0); // memory above 4 GiB
        at(tree, "/pci/dev@1");
        assertThat(cpu("/pci/dev@1", IO | 0x0800, 0, 0x10)).hasValue(0x3eff_0010L);
        assertThat(cpu("/pci/dev@1", MEMORY_32 | 0x0800, 0, 0x1000_0004)).hasValue(0x1000_0004L);
        assertThat(cpu("/pci/dev@1", MEMORY_64 | 0x0810, 0, 0x1000_0004)).hasValue(0x1000_0004L);
        assertThat(cpu("/pci/dev@1", MEMORY_64, 0x81, 7)).hasValue(0x91_0000_0007L);
        assertThat(cpu("/pci/dev@1", IO, 0, 0x1000_0000)).isEmpty();
        assertThat(cpu("/pci/dev@1", 0x0800, 0, 0)).isEmpty();
    }

    @Test
    void pciBridgesKeepTheKindOfAddress() throws FdtException {
        cells(at(tree, "/pcie@1"), 3, 2);
        cells(at(tree, "/pcie@1"), "ranges", MEMORY_32, 0, 0x1000, 5, 0, 0, 0x1000);
        cells(text(at(tree, "/pcie@1/pci@0"), "device_type", "pci"), 3, 2);
        at(tree, "/pcie@1/pci@0/dev");
        flag(at(tree, "/pcie@1/pci@0"), "ranges");
        assertThat(cpu("/pcie@1/pci@0/dev", MEMORY_32, 0, 0x1008)).hasValue(0x5_0000_0008L);
        cells(at(tree, "/pcie@1/pci@0"), "ranges", MEMORY_32, 0, 0x20, MEMORY_32, 0, 0x1800, 0, 0x100);
        assertThat(cpu("/pcie@1/pci@0/dev", MEMORY_32, 0, 0x30)).hasValue(0x5_0000_0810L);
        assertThat(cpu("/pcie@1/pci@0/dev", IO, 0, 0x30)).isEmpty();
    }

    @Test
    void isaTellsPortsFromMemory() throws FdtException {
        cells(at(tree, "/isa@1"), 2, 1);
        cells(at(tree, "/isa@1"), "ranges", 1, 0, 0, 0x1800_0000, 0x1000, 0, 0, 0, 0x2000_0000, 0x1000);
        at(tree, "/isa@1/serial");
        assertThat(cpu("/isa@1/serial", 1, 0x3f8)).hasValue(0x1800_03f8L);
        assertThat(cpu("/isa@1/serial", 0, 0x3f8)).hasValue(0x2000_03f8L);
        assertThat(cpu("/isa@1/serial", 1, 0x1000)).isEmpty();
    }

    @Test
    void otherBusesOfThreeCellsCompareAllOfTheFirst() throws FdtException {
        cells(at(tree, "/bus"), 3, 1);
        cells(at(tree, "/bus"), "ranges", 7, 0, 0, 1, 0, 0x100);
        at(tree, "/bus/a");
        assertThat(cpu("/bus/a", 7, 0, 0x10)).hasValue(0x1_0000_0010L);
        assertThat(cpu("/bus/a", 6, 0, 0x10)).isEmpty();
    }

    @Test
    void addressesOfFourCellsAreNumbers() throws FdtException {
        cells(at(tree, "/bus"), 4, 4);
        cells(at(tree, "/bus"), "ranges", 1, 0, 0, 0, 0, 0x1000, 0, 1, 0, 0);
        at(tree, "/bus/a");
        assertThat(cpu("/bus/a", 1, 0, 0, 0xff)).hasValue(0x10ff);
        assertThat(cpu("/bus/a", 1, 0, 1, 0)).hasValue(0x1_0000_1000L);
        assertThat(cpu("/bus/a", 0, 0, 0, 0xff)).isEmpty();
    }

    @Test
    void devicesReachMemoryThroughDmaRanges() throws FdtException {
        cells(at(tree, "/soc"), 1, 1);
        at(tree, "/soc/a");
        assertThat(Addresses.dmaToCpu(at(tree, "/soc/a"), Cells.of(0x10))).hasValue(0x10);
        cells(at(tree, "/soc"), "dma-ranges", 0xc000_0000, 0, 0, 0x3f00_0000);
        assertThat(Addresses.dmaToCpu(at(tree, "/soc/a"), Cells.of(0xc000_0010)))
                .hasValue(0x10);
        assertThat(Addresses.dmaToCpu(at(tree, "/soc/a"), Cells.of(0x10))).isEmpty();
        assertThat(BusRanges.ofDma(at(tree, "/soc"))).isInstanceOf(BusRanges.Windows.class);
    }

    @Test
    void refusesWhatDoesNotFit() {
        cells(tree.root(), 1, 1);
        cells(at(tree, "/soc"), 1, 1);
        at(tree, "/soc/a");
        cells(at(tree, "/soc"), "ranges", 0, 0xffff_f000, 0x2000);
        assertFails(() -> cpu("/soc/a", 0x1000), BADNCELLS, "/soc", "ranges");
        cells(tree.root(), 4, 1);
        cells(at(tree, "/soc"), "ranges", 0, -1, -1, -1, 0xffff_f000, 0x2000);
        assertFails(() -> cpu("/soc/a", 0x1000), BADVALUE, "/soc", "ranges");
        assertFails(() -> cpu("/soc/a", 0x10), BADVALUE, "/", "#address-cells");
    }

    @Test
    void refusesPartsOfWindows() {
        cells(at(tree, "/soc"), 1, 1);
        at(tree, "/soc/a");
        cells(at(tree, "/soc"), "ranges", 0, 0, 0, 0x1000, 0);
        assertFails(() -> cpu("/soc/a", 0x5000), BADVALUE, "/soc", "ranges");
        Trees.bytes(at(tree, "/soc"), "ranges", 15);
        assertFails(() -> cpu("/soc/a", 0), BADVALUE, "/soc", "ranges");
        cells(at(tree, "/soc"), 0, 1);
        assertFails(() -> BusRanges.of(at(tree, "/soc")), BADVALUE, "/soc", "ranges");
    }

    @Test
    void refusesAnAddressOfAnotherBus() {
        at(tree, "/a");
        assertThatIllegalArgumentException().isThrownBy(() -> Addresses.toCpu(at(tree, "/a"), Cells.of(1)));
        assertFails(() -> Addresses.toCpu(tree.root(), Cells.of(1)), BADNCELLS, "/", "");
    }
}
