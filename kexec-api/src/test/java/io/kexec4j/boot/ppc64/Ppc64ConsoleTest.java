package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Trees.cells;
import static io.kexec4j.boot.ppc64.Ppc64Trees.node;
import static io.kexec4j.boot.ppc64.Ppc64Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ppc64ConsoleTest {
    private final EditableTree guest = Ppc64Trees.guest();
    private final EditableTree bareMetal = Ppc64Trees.bareMetal();

    private EditableNode terminal() {
        return node(guest, "/vdevice/vty@71000000");
    }

    private void assertNone() {
        assertThat(Ppc64Console.hypervisorTerminal(guest)).isEmpty();
        assertThat(Ppc64Console.opalTerminal(guest)).isEmpty();
    }

    @Test
    void ofAGuest() {
        assertThat(Ppc64Console.hypervisorTerminal(guest)).isEqualTo(OptionalLong.of(0x7100_0000));
        assertThat(Ppc64Console.hypervisorTerminal(guest.flatten())).isEqualTo(OptionalLong.of(0x7100_0000));
        assertThat(Ppc64Console.opalTerminal(guest)).isEmpty();
    }

    @Test
    void ofOpal() {
        assertThat(Ppc64Console.opalTerminal(bareMetal)).isEqualTo(OptionalLong.of(0));
        assertThat(Ppc64Console.hypervisorTerminal(bareMetal)).isEmpty();
        node(bareMetal, "/ibm,opal/consoles/serial@0").set("reg", cells(-1));
        assertThat(Ppc64Console.opalTerminal(bareMetal)).isEqualTo(OptionalLong.of(0xffff_ffffL));
    }

    @Test
    void aTerminalOfOpalNeedsOpal() {
        terminal().set("compatible", text("ibm,opal-console-raw"));
        assertNone();
        guest.root().add("ibm,opal");
        assertThat(Ppc64Console.opalTerminal(guest)).isEqualTo(OptionalLong.of(0x7100_0000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hvterm1", "hvterm-protocol"})
    void bothKinds(String compatible) {
        terminal().set("compatible", text("other", compatible));
        assertThat(Ppc64Console.hypervisorTerminal(guest)).isPresent();
    }

    @Test
    void theOlderNameOfThePropertyWillDo() {
        node(guest, "/chosen").unset("stdout-path");
        assertThat(Ppc64Console.hypervisorTerminal(guest)).isPresent();
        node(guest, "/chosen").unset("linux,stdout-path");
        assertNone();
    }

    @Test
    void whatIsMalformedOrElseIsNotTold() {
        terminal().set("status", text("disabled"));
        assertNone();
        terminal().unset("status");
        terminal().set("compatible", text("vga"));
        assertNone();
        terminal().set("compatible", PropertyValue.of(new byte[] {1}));
        assertNone();
        terminal().set("compatible", text("hvterm1"));
        for (int size = 0; size < 16; size++) {
            terminal().set("reg", PropertyValue.of(Arrays.copyOf(new byte[] {0x71}, size)));
            boolean isWhole = size > 0 && size % 4 == 0;
            assertThat(Ppc64Console.hypervisorTerminal(guest).isPresent())
                    .as("reg of %d bytes", size)
                    .isEqualTo(isWhole);
        }
        terminal().unset("reg");
        assertNone();
        terminal().remove();
        assertNone();
        node(guest, "/chosen").set("stdout-path", text("/"));
        assertNone();
        node(guest, "/chosen").remove();
        assertNone();
    }
}
