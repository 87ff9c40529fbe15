package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADNCELLS;
import static io.kexec4j.fdt.FdtError.BADVALUE;
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
import io.kexec4j.fdt.PropertyValue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodesTest {
    private final EditableTree tree = EditableTree.empty();

    @ParameterizedTest
    @CsvSource({
        "okay,OKAY",
        "ok,OKAY",
        "disabled,DISABLED",
        "reserved,RESERVED",
        "fail,FAIL",
        "fail-hot,FAIL",
        "failed,UNKNOWN",
        "'',UNKNOWN",
        "Okay,UNKNOWN"
    })
    void haveAStatus(String text, Status status) throws FdtException {
        assertThat(Status.of(tree.root())).isEqualTo(Status.OKAY);
        text(tree.root(), "status", text);
        assertThat(Status.of(tree.root())).isEqualTo(status);
    }

    @Test
    void haveAStatusThatIsAString() {
        bytes(tree.root(), "status", 0);
        assertFails(() -> Status.of(tree.root()), BADVALUE, "/", "status");
        text(tree.root(), "status", "okay", "ok");
        assertFails(() -> Status.of(tree.root()), BADVALUE, "/", "status");
    }

    @Test
    void sayWhatTheyAre() throws FdtException {
        EditableNode node = at(tree, "/a");
        assertThat(Identity.compatible(node)).isEmpty();
        assertThat(Identity.model(node)).isEmpty();
        assertThat(Identity.deviceType(node)).isEmpty();
        text(node, "compatible", "", "acme,uart2", "", "ns16550a");
        text(text(node, "model", "Board"), "device_type", "serial");
        assertThat(Identity.compatible(node)).containsExactly("", "acme,uart2", "", "ns16550a");
        assertThat(Identity.bestOf(node, List.of("ns16550a", "acme,uart2"))).contains("acme,uart2");
        assertThat(Identity.bestOf(node, List.of("acme"))).isEmpty();
        assertThat(Identity.model(node)).contains("Board");
        assertThat(Identity.deviceType(node)).contains("serial");
        node.set("compatible", PropertyValue.of(new byte[] {'a', 'c', 'm', 'e'}));
        assertFails(() -> Identity.compatible(node), BADVALUE, "/a", "compatible");
    }

    @Test
    void haveAliases() {
        assertThat(Alias.all(tree)).isEmpty();
        at(tree, "/soc/serial@0");
        EditableNode aliases = cells(at(tree, "/aliases"), "phandle", 1);
        text(text(text(aliases, "serial10", "/soc/serial@0"), "a", "b"), "b", "a");
        text(bytes(bytes(aliases, "c", 0), "d", 4), "mmc", "/nowhere");
        for (DeviceTree each : both(tree)) {
            assertThat(Alias.all(each))
                    .containsExactly(
                            new Alias("serial10", "/soc/serial@0", Optional.of(node(each, "/soc/serial@0"))),
                            new Alias("mmc", "/nowhere", Optional.empty()));
        }
        Alias serial = Alias.all(tree).get(0);
        assertThat(serial.stem()).isEqualTo("serial");
        assertThat(serial.number()).hasValue(10);
        assertThat(new Alias("mmc", "/", Optional.empty()).number()).isEmpty();
        assertThat(new Alias("a99999999999", "/", Optional.empty()).number()).isEmpty();
        assertThat(new Alias("12", "/", Optional.empty()).stem()).isEmpty();
    }

    @Test
    void areCpus() throws FdtException {
        assertThat(Cpu.all(tree)).isEmpty();
        EditableNode cpus = text(cells(at(tree, "/cpus"), 2, 0), "enable-method", "psci");
        EditableNode first = cells(text(cpus.add("cpu@0"), "device_type", "cpu"), "reg", 0x80, 1, 0x80, 2);
        EditableNode second =
                text(text(cells(cpus.add("core@1"), "reg", 0, 1), "device_type", "cpu"), "status", "disabled");
        cells(text(second, "enable-method", "spin-table"), "cpu-release-addr", 0, 0x8000_0000);
        text(cpus.add("l2-cache"), "device_type", "cache");
        cpus.add("cpu-map");
        assertThat(Cpu.all(tree))
                .containsExactly(
                        new Cpu(
                                first,
                                List.of(0x80_0000_0001L, 0x80_0000_0002L),
                                Status.OKAY,
                                List.of("psci"),
                                OptionalLong.empty()),
                        new Cpu(
                                second,
                                List.of(1L),
                                Status.DISABLED,
                                List.of("spin-table"),
                                OptionalLong.of(0x8000_0000L)));
    }

    @Test
    void areNoCpusIfTheirNumbersAreNone() {
        EditableNode cpus = cells(at(tree, "/cpus"), 1, 1);
        EditableNode cpu = cells(cpus.add("cpu@0"), "reg", 0, 0);
        assertFails(() -> Cpu.all(tree), BADNCELLS, "/cpus", "#size-cells");
        cells(cpus, 3, 0);
        cells(cpu, "reg", 1, 0, 0);
        assertFails(() -> Cpu.all(tree), BADVALUE, "/cpus/cpu@0", "reg");
        cells(cpus, 0, 0);
        assertFails(() -> Cpu.all(tree), BADNCELLS, "/cpus", "#address-cells");
        cpu.unset("reg");
        bytes(cpu, "cpu-release-addr", 3);
        assertFails(() -> Cpu.all(tree), BADVALUE, "/cpus/cpu@0", "cpu-release-addr");
    }
}
