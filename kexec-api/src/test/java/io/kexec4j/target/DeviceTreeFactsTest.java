package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.purgatory.MmioUart;
import io.kexec4j.purgatory.PsciConduit;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTreeFactsTest {
    private final EditableTree tree = EditableTree.empty();
    private EditableNode chosen = tree.root();

    @BeforeEach
    void aTreeAsOfQemu() {
        tree.root().set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(2));
        chosen = tree.root().add("chosen").set("stdout-path", PropertyValue.ofStrings("/pl011@9000000"));
        tree.root()
                .add("pl011@9000000")
                .set("compatible", PropertyValue.ofStrings("arm,pl011", "arm,primecell"))
                .set("reg", PropertyValue.ofU64(0x9000000, 0x1000));
        tree.root()
                .add("psci")
                .set("compatible", PropertyValue.ofStrings("arm,psci-1.0", "arm,psci-0.2", "arm,psci"))
                .set("method", PropertyValue.ofStrings("hvc"));
    }

    private EditableNode node(String path) {
        return tree.node(path).orElseThrow();
    }

    /** Puts the console on a UART with 32-bit addresses, below a bus that moves them by 1 TiB. */
    private EditableNode uartOnABus(String... compatible) {
        EditableNode bus = tree.root()
                .add("soc")
                .set("#address-cells", PropertyValue.ofCells(1))
                .set("#size-cells", PropertyValue.ofCells(1))
                .set("ranges", PropertyValue.ofCells(0x7e000000, 0x100, 0xfe000000, 0x1800000));
        tree.root().add("aliases").set("serial0", PropertyValue.ofStrings("/soc/serial@7e201000"));
        chosen.set("stdout-path", PropertyValue.ofStrings("serial0:115200n8"));
        return bus.add("serial@7e201000")
                .set("compatible", PropertyValue.ofStrings(compatible))
                .set("reg", PropertyValue.ofCells(0x7e201000, 0x200));
    }

    private Optional<MmioUart> console() {
        Optional<MmioUart> console = DeviceTreeFacts.console(tree);
        assertThat(DeviceTreeFacts.console(tree.flatten())).isEqualTo(console);
        return console;
    }

    private Optional<PsciConduit> conduit() {
        Optional<PsciConduit> conduit = DeviceTreeFacts.psciConduit(tree);
        assertThat(DeviceTreeFacts.psciConduit(tree.flatten())).isEqualTo(conduit);
        return conduit;
    }

    @Test
    void qemu() {
        assertThat(console()).contains(MmioUart.pl011(0x9000000));
        assertThat(conduit()).contains(PsciConduit.HVC);
    }

    @Test
    void anEmptyTreeTellsNothing() {
        assertThat(DeviceTreeFacts.console(EditableTree.empty())).isEmpty();
        assertThat(DeviceTreeFacts.psciConduit(EditableTree.empty())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "arm|psci-0.2, smc, SMC",
        "arm|psci-1.0, smc, SMC",
        "arm|psci-1.0, hvc, HVC",
        "arm|psci-1.0, svc,",
        "arm|psci-1.0, '',",
        "arm|psci, smc,",
        "other, smc,"
    })
    void psci(String compatible, String method, String conduit) {
        node("/psci")
                .set("compatible", PropertyValue.ofStrings(compatible.replace('|', ',')))
                .set("method", PropertyValue.ofStrings(method));
        assertThat(conduit().map(Enum::name)).isEqualTo(Optional.ofNullable(conduit));
    }

    @Test
    void psciThatCannotBeUsedIsNone() {
        node("/psci").set("status", PropertyValue.ofStrings("disabled"));
        assertThat(conduit()).isEmpty();
        node("/psci").set("status", PropertyValue.ofStrings("okay")).set("method", PropertyValue.ofCells(1, 2));
        assertThat(conduit()).isEmpty();
        node("/psci").unset("method");
        assertThat(conduit()).isEmpty();
    }

    /** Linux goes by what the node is compatible with. */
    @Test
    void psciMayLieAnywhere() {
        node("/psci").remove();
        tree.root()
                .add("firmware")
                .add("psci")
                .set("compatible", PropertyValue.ofStrings("arm,psci-0.2"))
                .set("method", PropertyValue.ofStrings("smc"));
        assertThat(conduit()).contains(PsciConduit.SMC);
    }

    @Test
    void anAddressIsTheCpus() {
        uartOnABus("arm,sbsa-uart");
        assertThat(console()).contains(MmioUart.pl011(0x100_fe20_1000L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ns8250",
                "ns16450",
                "ns16550",
                "ns16550a",
                "ns16750",
                "ns16850",
                "snps,dw-apb-uart",
                "nvidia,tegra20-uart"
            })
    void an8250HasItsRegistersWhereTheTreeSays(String compatible) {
        EditableNode uart = uartOnABus("maker,own", compatible);
        assertThat(console()).contains(new MmioUart(MmioUart.Type.I8250, 0x100_fe20_1000L, 0, 1));
        uart.set("reg-shift", PropertyValue.ofCells(2)).set("reg-io-width", PropertyValue.ofCells(4));
        assertThat(console()).contains(new MmioUart(MmioUart.Type.I8250, 0x100_fe20_1000L, 2, 4));
        uart.set("reg-offset", PropertyValue.ofCells(0x40));
        assertThat(console()).contains(new MmioUart(MmioUart.Type.I8250, 0x100_fe20_1040L, 2, 4));
    }

    @ParameterizedTest
    @CsvSource({
        "reg-shift, 9",
        "reg-shift, 31",
        "reg-shift, -1",
        "reg-io-width, 2",
        "reg-io-width, 4",
        "reg-io-width, 3",
        "reg-io-width, 0",
        "reg-io-width, 8",
        "reg-io-width, -1",
        "big-endian, 0"
    })
    void an8250ThatThePurgatoryCannotDriveIsNone(String property, int value) {
        uartOnABus("ns16550a").set(property, PropertyValue.ofCells(value));
        assertThat(console()).isEmpty();
    }

    @Test
    void registersThatAreNotAlignedAreNone() {
        EditableNode uart = uartOnABus("ns16550a")
                .set("reg-shift", PropertyValue.ofCells(2))
                .set("reg-io-width", PropertyValue.ofCells(4))
                .set("reg-offset", PropertyValue.ofCells(3));
        assertThat(console()).isEmpty();
        uart.set("reg-offset", PropertyValue.ofCells(4));
        assertThat(console()).isPresent();
    }

    @Test
    void anotherUartIsNone() {
        uartOnABus("fsl,imx8mm-uart", "fsl,imx6q-uart");
        assertThat(console()).isEmpty();
    }

    @Test
    void whatIsOffOrOutOfSightIsNone() {
        EditableNode uart = uartOnABus("ns16550a");
        uart.set("status", PropertyValue.ofStrings("disabled"));
        assertThat(console()).isEmpty();
        uart.unset("status");
        node("/soc").unset("ranges");
        assertThat(console()).isEmpty();
        node("/soc").set("ranges", PropertyValue.ofCells(0, 0, 0, 0x1000));
        assertThat(console()).isEmpty();
        node("/soc").set("ranges", PropertyValue.EMPTY);
        assertThat(console()).isPresent();
        uart.unset("reg");
        assertThat(console()).isEmpty();
    }

    @Test
    void whatIsMalformedIsNotTold() {
        EditableNode uart = uartOnABus("ns16550a");
        uart.set("reg", PropertyValue.ofCells(0x7e201000));
        assertThat(console()).isEmpty();
        uart.set("reg", PropertyValue.ofCells(0x7e201000, 0x200)).set("reg-shift", PropertyValue.ofStrings("two"));
        assertThat(console()).isEmpty();
        uart.unset("reg-shift");
        assertThat(console()).isPresent();
        for (String path : new String[] {"/nowhere", "", "serial9", "/", ":115200"}) {
            chosen.set("stdout-path", PropertyValue.ofStrings(path));
            assertThat(console()).as(path).isEmpty();
        }
        chosen.set("stdout-path", PropertyValue.ofCells(1));
        assertThat(console()).isEmpty();
    }

    @Test
    void theOldNameOfThePathIsKnown() {
        chosen.unset("stdout-path");
        assertThat(console()).isEmpty();
        chosen.set("linux,stdout-path", PropertyValue.ofStrings("/pl011@9000000"));
        assertThat(console()).contains(MmioUart.pl011(0x9000000));
    }
}
