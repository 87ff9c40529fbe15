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
import io.kexec4j.fdt.PropertyValue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChosenTest {
    private final EditableTree tree = EditableTree.empty();
    private final EditableNode node = at(tree, "/chosen");
    private final Chosen chosen = Chosen.of(tree).orElseThrow();

    private void bootargs(String bytes) {
        node.set("bootargs", PropertyValue.of(bytes.getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void isOptional() {
        EditableTree other = EditableTree.empty();
        assertThat(Chosen.of(other)).isEmpty();
        EditableNode old = at(other, "/chosen@0");
        assertThat(Chosen.of(other).map(Chosen::node)).contains(old);
        EditableNode usual = at(other, "/chosen");
        assertThat(Chosen.of(other).map(Chosen::node)).contains(usual);
    }

    @Test
    void saysNothingOfWhatIsNotThere() throws FdtException {
        assertThat(chosen.bootargs()).isEmpty();
        assertThat(chosen.standardOutput()).isEmpty();
        assertThat(chosen.initrd()).isEmpty();
        assertThat(chosen.kaslrSeed()).isEmpty();
        assertThat(chosen.rngSeed()).isEmpty();
        assertThat(chosen.elfCoreHeader()).isEmpty();
        assertThat(chosen.usableMemory()).isEmpty();
        assertThat(chosen.uefi()).isEmpty();
        assertThat(chosen.bootedFromKexec()).isFalse();
    }

    @Test
    void endsTheCommandLineAtTheFirstNul() throws FdtException {
        bootargs("root=/dev/vda quiet\0");
        assertThat(chosen.bootargs()).contains("root=/dev/vda quiet");
        bootargs("a\0\0\377");
        assertThat(chosen.bootargs()).contains("a");
        bootargs("no end");
        assertThat(chosen.bootargs()).contains("no end");
        bootargs("");
        assertThat(chosen.bootargs()).contains("");
        bootargs("\377\0");
        assertFails(chosen::bootargs, BADVALUE, "/chosen", "bootargs");
    }

    @Test
    void namesTheConsole() throws FdtException {
        at(tree, "/soc/serial@1000");
        text(at(tree, "/aliases"), "serial0", "/soc/serial@1000");
        text(node, "linux,stdout-path", "/soc/serial@1000");
        text(node, "stdout-path", "serial0:115200n8");
        for (DeviceTree each : both(tree)) {
            assertThat(Chosen.of(each).orElseThrow().standardOutput())
                    .contains(new StandardOutput(
                            "serial0", Optional.of("115200n8"), Optional.of(node(each, "/soc/serial@1000"))));
        }
        text(node, "stdout-path", "/nowhere:");
        assertThat(chosen.standardOutput()).contains(new StandardOutput("/nowhere", Optional.of(""), Optional.empty()));
        node.unset("stdout-path");
        assertThat(chosen.standardOutput().orElseThrow().options()).isEmpty();
        assertThat(chosen.standardOutput().orElseThrow().node()).contains(at(tree, "/soc/serial@1000"));
        text(node, "stdout-path", "a", "b");
        assertFails(chosen::standardOutput, BADVALUE, "/chosen", "stdout-path");
    }

    @Test
    void findsTheInitrd() throws FdtException {
        cells(node, "linux,initrd-start", 0x8400_0000);
        cells(node, "linux,initrd-end", 0, 0x8500_0000);
        assertThat(chosen.initrd()).contains(new AddressRange(0x8400_0000L, 0x0100_0000));
        cells(node, "linux,initrd-end", 0x8400_0000);
        assertThat(chosen.initrd()).isEmpty();
        cells(node, "linux,initrd-end", 0x83ff_ffff);
        assertFails(chosen::initrd, BADVALUE, "/chosen", "linux,initrd-end");
        bytes(node, "linux,initrd-end", 12);
        assertFails(chosen::initrd, BADVALUE, "/chosen", "linux,initrd-end");
        node.unset("linux,initrd-end");
        assertFails(chosen::initrd, BADVALUE, "/chosen", "linux,initrd-end");
        node.rename("linux,initrd-start", "linux,initrd-end");
        assertFails(chosen::initrd, BADVALUE, "/chosen", "linux,initrd-start");
    }

    @Test
    void readsSeeds() throws FdtException {
        cells(node, "kaslr-seed", -1, -2);
        bytes(node, "rng-seed", 128);
        assertThat(chosen.kaslrSeed()).hasValue(-2);
        assertThat(chosen.rngSeed().orElseThrow().size()).isEqualTo(128);
        cells(node, "kaslr-seed", 1);
        assertFails(chosen::kaslrSeed, BADVALUE, "/chosen", "kaslr-seed");
    }

    @Test
    void readsRangesInTheCellsOfTheRoot() throws FdtException {
        cells(node, 1, 1);
        cells(node, "linux,elfcorehdr", 1, 2, 3);
        cells(node, "linux,usable-memory-range", 0, 0x1000, 0x2000, 1, 0, 5, 0, 0, 0);
        assertThat(chosen.elfCoreHeader()).contains(new AddressRange(0x1_0000_0002L, 3));
        assertThat(chosen.usableMemory())
                .containsExactly(new AddressRange(0x1000, 0x2000), new AddressRange(0x1_0000_0000L, 5));
        cells(tree.root(), 2, 2);
        cells(node, "linux,elfcorehdr", 0, 2, 0, 3);
        assertThat(chosen.elfCoreHeader()).contains(new AddressRange(2, 3));
        cells(node, "linux,elfcorehdr", 0, 2, 0, 0);
        assertThat(chosen.elfCoreHeader()).isEmpty();
        assertFails(chosen::usableMemory, BADVALUE, "/chosen", "linux,usable-memory-range");
    }

    @Test
    void refusesWhatIsNoRange() {
        bytes(node, "linux,elfcorehdr", 24);
        assertFails(chosen::elfCoreHeader, BADVALUE, "/chosen", "linux,elfcorehdr");
        bytes(node, "linux,elfcorehdr", 0);
        assertFails(chosen::elfCoreHeader, BADVALUE, "/chosen", "linux,elfcorehdr");
        cells(node, "linux,elfcorehdr", -1, -1, 1);
        assertFails(chosen::elfCoreHeader, BADVALUE, "/chosen", "linux,elfcorehdr");
        cells(tree.root(), 3, 1);
        cells(node, "linux,elfcorehdr", 1, 0, 0, 1);
        assertFails(chosen::elfCoreHeader, BADVALUE, "/chosen", "linux,elfcorehdr");
        cells(tree.root(), 0, 1);
        assertFails(chosen::elfCoreHeader, BADNCELLS, "/", "#address-cells");
    }

    @Test
    void knowsWhatUefiLeft() throws FdtException {
        cells(node, "linux,uefi-system-table", 1, 2);
        cells(node, "linux,uefi-mmap-start", 3, 4);
        cells(node, "linux,uefi-mmap-size", -1);
        cells(node, "linux,uefi-mmap-desc-size", 48);
        assertFails(chosen::uefi, BADVALUE, "/chosen", "linux,uefi-mmap-desc-ver");
        cells(node, "linux,uefi-mmap-desc-ver", 1);
        assertThat(chosen.uefi()).contains(new UefiTables(0x1_0000_0002L, 0x3_0000_0004L, 0xffff_ffffL, 48, 1));
        bytes(node, "linux,uefi-mmap-size", 2);
        assertFails(chosen::uefi, BADVALUE, "/chosen", "linux,uefi-mmap-size");
    }

    @Test
    void knowsAKernelThatKexecStarted() {
        flag(node, "linux,booted-from-kexec");
        assertThat(chosen.bootedFromKexec()).isTrue();
    }
}
