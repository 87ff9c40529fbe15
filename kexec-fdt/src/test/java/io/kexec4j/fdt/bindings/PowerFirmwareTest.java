package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADVALUE;
import static io.kexec4j.fdt.bindings.Trees.assertFails;
import static io.kexec4j.fdt.bindings.Trees.at;
import static io.kexec4j.fdt.bindings.Trees.bytes;
import static io.kexec4j.fdt.bindings.Trees.cells;
import static io.kexec4j.fdt.bindings.Trees.flag;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.bindings.Trees.Action;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PowerFirmwareTest {
    private final EditableTree tree = EditableTree.empty();

    private EditableNode number(String path, String property, long number) {
        return at(tree, path).set(property, PropertyValue.ofU64(number));
    }

    /** A property of any length but one is refused. */
    private void assertFixedSize(Action read, String path, String property) throws FdtException {
        read.run();
        EditableNode node = at(tree, path);
        PropertyValue value = node.property(property).orElseThrow();
        for (int size = 0; size < 20; size++) {
            if (size != value.size()) {
                bytes(node, property, size);
                assertFails(read, BADVALUE, path, property);
            }
        }
        node.set(property, value);
    }

    @Test
    void anEmptyTreeHasNothing() throws FdtException {
        at(tree, "/chosen");
        at(tree, "/rtas");
        cells(at(tree, "/rtas"), "rtas-size", 0x1000);
        assertThat(PowerFirmware.rtas(tree)).as("not put anywhere").isEmpty();
        assertThat(PowerFirmware.rtas(EditableTree.empty())).isEmpty();
        assertThat(PowerFirmware.opal(tree)).isEmpty();
        assertThat(PowerFirmware.tceTables(tree)).isEmpty();
        assertThat(PowerFirmware.reservedRanges(tree)).isEmpty();
        Chosen chosen = Chosen.of(tree).orElseThrow();
        assertThat(chosen.kernelEnd()).isEmpty();
        assertThat(chosen.hashTable()).isEmpty();
        assertThat(chosen.crashKernel()).isEmpty();
        assertThat(chosen.memoryLimit()).isEmpty();
    }

    @Test
    void rtas() throws FdtException {
        EditableNode rtas = cells(at(tree, "/rtas"), "linux,rtas-base", 0xfff0_0000);
        assertFails(() -> PowerFirmware.rtas(tree), BADVALUE, "/rtas", "rtas-size");
        cells(rtas, "rtas-size", 0xf_ffff);
        assertThat(PowerFirmware.rtas(tree)).contains(new AddressRange(0xfff0_0000L, 0xf_ffff));
        assertFixedSize(() -> PowerFirmware.rtas(tree), "/rtas", "linux,rtas-base");
        assertFixedSize(() -> PowerFirmware.rtas(tree), "/rtas", "rtas-size");
        cells(rtas, "rtas-size", 0);
        assertFails(() -> PowerFirmware.rtas(tree), BADVALUE, "/rtas", "rtas-size");
    }

    @Test
    void systemReboot() throws FdtException {
        assertThat(PowerFirmware.systemReboot(EditableTree.empty())).isEmpty();
        EditableNode rtas = cells(at(tree, "/rtas"), "system-reboot", 0x2004);
        assertThat(PowerFirmware.systemReboot(tree)).as("not put anywhere").isEmpty();
        cells(rtas, "linux,rtas-entry", 0xfff0_0000);
        assertThat(PowerFirmware.systemReboot(tree)).contains(new PowerFirmware.RtasCall(0xfff0_0000L, 0x2004));
        assertFixedSize(() -> PowerFirmware.systemReboot(tree), "/rtas", "linux,rtas-entry");
        assertFixedSize(() -> PowerFirmware.systemReboot(tree), "/rtas", "system-reboot");
        cells(rtas, "system-reboot", -2);
        assertThat(PowerFirmware.systemReboot(tree)).contains(new PowerFirmware.RtasCall(0xfff0_0000L, 0xffff_fffeL));
        cells(rtas, "system-reboot", -1);
        assertThat(PowerFirmware.systemReboot(tree)).as("RTAS_UNKNOWN_SERVICE").isEmpty();
        rtas.unset("system-reboot");
        assertThat(PowerFirmware.systemReboot(tree)).isEmpty();
        cells(rtas, "system-reboot", 0x2004);
        for (int entry : new int[] {0, 0xfff0_0001}) {
            cells(rtas, "linux,rtas-entry", entry);
            assertFails(() -> PowerFirmware.systemReboot(tree), BADVALUE, "/rtas", "linux,rtas-entry");
        }
    }

    @Test
    void opal() throws FdtException {
        flag(at(tree, "/ibm,opal"), "compatible");
        assertFails(() -> PowerFirmware.opal(tree), BADVALUE, "/ibm,opal", "opal-base-address");
        number("/ibm,opal", "opal-base-address", 0x3000_0000);
        assertFails(() -> PowerFirmware.opal(tree), BADVALUE, "/ibm,opal", "opal-runtime-size");
        number("/ibm,opal", "opal-runtime-size", 0x1c0_0000);
        assertFails(() -> PowerFirmware.opal(tree), BADVALUE, "/ibm,opal", "opal-entry-address");
        number("/ibm,opal", "opal-entry-address", 0x3000_0c00);
        assertThat(PowerFirmware.opal(tree))
                .contains(new PowerFirmware.Opal(new AddressRange(0x3000_0000, 0x1c0_0000), 0x3000_0c00));
        for (String property : new String[] {"opal-base-address", "opal-runtime-size", "opal-entry-address"}) {
            assertFixedSize(() -> PowerFirmware.opal(tree), "/ibm,opal", property);
        }
        for (long entry : new long[] {0, 0x3000_0c02}) {
            number("/ibm,opal", "opal-entry-address", entry);
            assertFails(() -> PowerFirmware.opal(tree), BADVALUE, "/ibm,opal", "opal-entry-address");
        }
        number("/ibm,opal", "opal-runtime-size", -0x3000_0000L);
        assertFails(() -> PowerFirmware.opal(tree), BADVALUE, "/ibm,opal", "opal-runtime-size");
    }

    @Test
    void tceTables() throws FdtException {
        String first = "/pci@1";
        String second = "/bus/pci@2";
        cells(number(first, "linux,tce-base", 0x1_0000_0000L), "linux,tce-size", 0x8000_0000);
        cells(number(second, "linux,tce-base", 0x1000), "linux,tce-size", 0x2000);
        assertThat(PowerFirmware.tceTables(tree))
                .containsExactly(new AddressRange(0x1_0000_0000L, 0x8000_0000L), new AddressRange(0x1000, 0x2000));
        assertFixedSize(() -> PowerFirmware.tceTables(tree), second, "linux,tce-base");
        assertFixedSize(() -> PowerFirmware.tceTables(tree), second, "linux,tce-size");
        number(second, "linux,tce-base", -1);
        assertFails(() -> PowerFirmware.tceTables(tree), BADVALUE, second, "linux,tce-size");
        at(tree, second).unset("linux,tce-base");
        assertFails(() -> PowerFirmware.tceTables(tree), BADVALUE, second, "linux,tce-base");
        number(second, "linux,tce-base", 0).unset("linux,tce-size");
        assertFails(() -> PowerFirmware.tceTables(tree), BADVALUE, second, "linux,tce-size");
    }

    @Test
    void reservedRanges() throws FdtException {
        tree.root().set("reserved-ranges", PropertyValue.ofU64(0x1000, 0x2000, 5, 0, 0x9_0000_0000L, 1));
        assertThat(PowerFirmware.reservedRanges(tree))
                .containsExactly(new AddressRange(0x1000, 0x2000), new AddressRange(0x9_0000_0000L, 1));
        for (int size = 0; size < 64; size++) {
            bytes(tree.root(), "reserved-ranges", size);
            if (size % 16 == 0) {
                assertThat(PowerFirmware.reservedRanges(tree)).isEmpty();
            } else {
                assertFails(() -> PowerFirmware.reservedRanges(tree), BADVALUE, "/", "reserved-ranges");
            }
        }
        tree.root().set("reserved-ranges", PropertyValue.ofU64(-0x1000, 0x1000));
        assertFails(() -> PowerFirmware.reservedRanges(tree), BADVALUE, "/", "reserved-ranges");
    }

    @Test
    void theKernelTellsOfItself() throws FdtException {
        Chosen chosen = Chosen.of(numbers()).orElseThrow();
        assertThat(chosen.kernelEnd()).isEqualTo(OptionalLong.of(0x287_f000));
        assertThat(chosen.memoryLimit()).isEqualTo(OptionalLong.of(0x4000_0000));
        assertFixedSize(chosen::kernelEnd, "/chosen", "linux,kernel-end");
        assertFixedSize(chosen::memoryLimit, "/chosen", "linux,memory-limit");
        number("/chosen", "linux,kernel-end", 0);
        assertFails(chosen::kernelEnd, BADVALUE, "/chosen", "linux,kernel-end");
        number("/chosen", "linux,memory-limit", 0);
        assertThat(chosen.memoryLimit()).as("no limit").isEmpty();
    }

    private EditableTree numbers() {
        number("/chosen", "linux,kernel-end", 0x287_f000);
        number("/chosen", "linux,memory-limit", 0x4000_0000);
        return tree;
    }

    @ParameterizedTest
    @CsvSource({"linux|htab-base, linux|htab-size", "linux|crashkernel-base, linux|crashkernel-size"})
    void memoryOfTheKernelHasAStartAndASize(String first, String second) throws FdtException {
        String base = first.replace('|', ',');
        String size = second.replace('|', ',');
        Chosen chosen = Chosen.of(numbers()).orElseThrow();
        number("/chosen", base, 0x2000_0000);
        assertFails(() -> read(chosen, base), BADVALUE, "/chosen", size);
        number("/chosen", size, 0x1000_0000);
        assertThat(read(chosen, base)).contains(new AddressRange(0x2000_0000, 0x1000_0000));
        assertFixedSize(() -> read(chosen, base), "/chosen", base);
        assertFixedSize(() -> read(chosen, base), "/chosen", size);
        number("/chosen", size, -0x2000_0000L);
        assertFails(() -> read(chosen, base), BADVALUE, "/chosen", size);
        number("/chosen", size, 0);
        assertFails(() -> read(chosen, base), BADVALUE, "/chosen", size);
        at(tree, "/chosen").unset(base);
        assertFails(() -> read(chosen, base), BADVALUE, "/chosen", base);
    }

    private static Optional<AddressRange> read(Chosen chosen, String base) throws FdtException {
        return base.contains("htab") ? chosen.hashTable() : chosen.crashKernel();
    }
}
