package io.kexec4j.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.boot.arm64.Arm64Machines;
import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtNode;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.diff.Difference;
import io.kexec4j.fdt.diff.TreeDiff;
import io.kexec4j.kernel.Arm64Image;
import io.kexec4j.kernel.Arm64Images;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What /chosen says to the second kernel, step by step as of_kexec_alloc_and_setup_fdt does it. */
class DeviceTreeHandOverTest {
    private static final PhysicalRange INITRD = new PhysicalRange(0x4800_0000, 0x4812_3456);

    private final EditableTree running = virt();

    private static EditableTree virt() {
        try {
            return DeviceTrees.read(Arm64Machines.tree(Arm64Machines.GIB)).edit();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private EditableNode runningChosen() {
        return running.node("/chosen").orElseThrow();
    }

    private Target.Builder machine() {
        return Arm64Machines.virt(Arm64Machines.GIB).deviceTree(Content.of(running.write()));
    }

    private static BootRequest request(Target target, Optional<Content> tree, String commandLine) throws IOException {
        RandomSource sevens = bytes -> Arrays.fill(bytes, (byte) 7);
        return new BootRequest(
                target,
                Arm64Image.parse(Content.of(new Arm64Images().bytes())),
                Optional.empty(),
                commandLine,
                tree,
                List.of(),
                Set.of(),
                Optional.empty(),
                new PhysicalRange(0, -1),
                Verification.DEFAULT,
                sevens,
                Progress.NONE);
    }

    private Fdt handOver(String commandLine, Optional<PhysicalRange> initrd) throws IOException {
        return read(handOver(request(machine().build(), Optional.empty(), commandLine), initrd));
    }

    private static DeviceTreeHandOver handOver(BootRequest request, Optional<PhysicalRange> initrd) throws IOException {
        return DeviceTreeHandOver.of(request, initrd, new UsableMemoryRange());
    }

    private static Fdt read(DeviceTreeHandOver handOver) throws IOException {
        return Fdt.readStrictly(
                ByteBuffer.wrap(handOver.blob().copy(0, (int) handOver.blob().size())));
    }

    private static FdtNode chosen(Fdt tree) {
        return tree.node("/chosen").orElseThrow();
    }

    private static List<String> names(FdtNode node) {
        return node.properties().stream().map(Property::name).toList();
    }

    @Test
    void saysWhatTheSecondKernelIsStartedWith() throws IOException {
        Fdt tree = handOver("root=/dev/vda quiet", Optional.of(INITRD));

        FdtNode chosen = chosen(tree);
        assertThat(chosen.property("bootargs").orElseThrow().asString()).isEqualTo("root=/dev/vda quiet");
        assertThat(chosen.property("linux,initrd-start").orElseThrow().asU64()).isEqualTo(INITRD.start());
        assertThat(chosen.property("linux,initrd-end").orElseThrow().asU64()).isEqualTo(INITRD.end());
        assertThat(tree.reservations()).containsExactly(new MemoryReservation(INITRD.start(), INITRD.size()));
        assertThat(chosen.property("kaslr-seed").orElseThrow().asU64()).isEqualTo(0x0707_0707_0707_0707L);
        assertThat(chosen.property("rng-seed").orElseThrow().toByteArray())
                .hasSize(128)
                .containsOnly(7);
        assertThat(chosen.property("linux,booted-from-kexec").orElseThrow().isEmpty())
                .isTrue();
        assertThat(chosen.property("stdout-path").orElseThrow().asString()).isEqualTo("/pl011@9000000");
    }

    @Test
    void leavesEverythingElseAlone() throws IOException {
        Fdt tree = handOver("x", Optional.of(INITRD));

        List<Difference> elsewhere = TreeDiff.between(running, tree).differences().stream()
                .filter(difference -> !difference.path().equals("/chosen"))
                .toList();
        assertThat(elsewhere).singleElement().isInstanceOf(Difference.ReservationAdded.class);
    }

    @Test
    void neverHandsTheOldCommandLineOn() throws IOException {
        assertThat(names(chosen(handOver("", Optional.empty())))).doesNotContain("bootargs");
    }

    @Test
    void passesACommandLineOnInUtf8() throws IOException {
        PropertyValue bootargs = chosen(handOver("name=\u00fc", Optional.empty()))
                .property("bootargs")
                .orElseThrow();

        assertThat(bootargs.toByteArray()).isEqualTo(new byte[] {'n', 'a', 'm', 'e', '=', (byte) 0xc3, (byte) 0xbc, 0});
    }

    @ParameterizedTest
    @ValueSource(longs = {0x12_3456, 0x12_4000, 0x13_0000})
    void dropsTheOldInitrdWithItsReservation(long reserved) throws IOException {
        runningChosen()
                .set("linux,initrd-start", PropertyValue.ofCells(0x4400_0000))
                .set("linux,initrd-end", PropertyValue.ofCells(0x4412_3456));
        running.reserve(new MemoryReservation(0x4400_0000, reserved));
        running.reserve(new MemoryReservation(0x4400_0000, 0x50_0000));

        Fdt tree = handOver("x", Optional.empty());

        assertThat(names(chosen(tree))).doesNotContain("linux,initrd-start", "linux,initrd-end");
        assertThat(tree.reservations()).containsExactly(new MemoryReservation(0x4400_0000, 0x50_0000));
    }

    @Test
    void dropsTheReservationOfTheOldTree() throws IOException {
        running.reserve(new MemoryReservation(0x5000_0000, 1));
        running.reserve(new MemoryReservation(0x6000_0000, 0x1000));
        int size = running.write().remaining();
        running.setReservations(
                List.of(new MemoryReservation(0x5000_0000, size), new MemoryReservation(0x6000_0000, 0x1000)));

        assertThat(handOver("x", Optional.empty()).reservations())
                .containsExactly(new MemoryReservation(0x6000_0000, 0x1000));
    }

    /** The kernel alone knows where its tree lies, so only its size can tell; a size that others have too tells nothing. */
    @Test
    void keepsReservationsThatMayBeTheFirmwares() throws IOException {
        running.reserve(new MemoryReservation(0x5000_0000, 1));
        running.reserve(new MemoryReservation(0x6000_0000, 1));
        int size = running.write().remaining();
        List<MemoryReservation> two =
                List.of(new MemoryReservation(0x5000_0000, size), new MemoryReservation(0x6000_0000, size));
        running.setReservations(two);
        assertThat(handOver("x", Optional.empty()).reservations()).isEqualTo(two);

        EditableTree users = virt();
        users.reserve(new MemoryReservation(0x5000_0000, 1));
        MemoryReservation foreign =
                new MemoryReservation(0x5000_0000, users.write().remaining());
        users.setReservations(List.of(foreign));
        DeviceTreeHandOver handOver =
                handOver(request(machine().build(), Optional.of(Content.of(users.write())), "x"), Optional.empty());
        assertThat(handOver.tree().reservations()).containsExactly(foreign);
    }

    /** Boot loaders fill it in, and kexec comes without one. */
    @Test
    void fillsMemoryNodesThatAreEmpty() throws IOException {
        EditableTree users = virt();
        users.node("/memory@40000000")
                .orElseThrow()
                .set("reg", PropertyValue.ofU64(0, 0))
                .set("status", PropertyValue.ofStrings("disabled"));

        DeviceTreeHandOver handOver =
                handOver(request(machine().build(), Optional.of(Content.of(users.write())), "x"), Optional.empty());

        FdtNode memory = handOver.tree().node("/memory@40000000").orElseThrow();
        assertThat(memory.property("reg")).contains(PropertyValue.ofU64(Arm64Machines.RAM, Arm64Machines.GIB));
        assertThat(memory.property("status")).isEmpty();
        assertThat(handOver.remarks()).hasSize(1);
    }

    /** A tree that was saved when the machine had been started before. */
    @Test
    void replacesUefisTablesOfAnotherBoot() throws IOException {
        runningChosen().set("linux,uefi-mmap-start", PropertyValue.ofU64(0x7f00_0000));
        EditableTree users = virt();
        users.node("/chosen")
                .orElseThrow()
                .set("linux,uefi-mmap-start", PropertyValue.ofU64(0x7e00_0000))
                .set("linux,uefi-mmap-size", PropertyValue.ofCells(48));

        DeviceTreeHandOver handOver =
                handOver(request(machine().build(), Optional.of(Content.of(users.write())), "x"), Optional.empty());

        FdtNode chosen = chosen(handOver.tree());
        assertThat(chosen.property("linux,uefi-mmap-start")).contains(PropertyValue.ofU64(0x7f00_0000));
        assertThat(names(chosen)).doesNotContain("linux,uefi-mmap-size");
        assertThat(handOver.remarks()).singleElement().asString().contains("UEFI's tables");
    }

    /** As a capture kernel, or one that was started by kexec_file_load with IMA and kexec handover, finds its own tree. */
    @Test
    void dropsWhatACrashAndAKexecHaveLeft() throws IOException {
        runningChosen()
                .set("linux,elfcorehdr", PropertyValue.ofU64(0x7000_0000, 0x1_0000))
                .set("linux,usable-memory-range", PropertyValue.ofU64(0x7000_0000, 0x1000_0000))
                .set("linux,ima-kexec-buffer", PropertyValue.ofU64(0x6000_0000, 0x2000))
                .set("linux,dmcryptkeys", PropertyValue.ofU64(0x6100_0000, 0x1000))
                .set("linux,kho-fdt", PropertyValue.ofU64(0x6200_0000, 0x1000))
                .set("linux,kho-scratch", PropertyValue.ofU64(0x6300_0000, 0x1000));
        running.reserve(new MemoryReservation(0x7000_0000, 0x1_0000));
        running.reserve(new MemoryReservation(0x6000_0000, 0x2000));
        running.reserve(new MemoryReservation(0x6100_0000, 0x1000));
        running.reserve(new MemoryReservation(0x4000_0000, 0x2000));

        Fdt tree = handOver("x", Optional.empty());

        assertThat(names(chosen(tree)))
                .containsExactlyInAnyOrder(
                        "bootargs", "stdout-path", "kaslr-seed", "rng-seed", "linux,booted-from-kexec");
        assertThat(tree.reservations()).containsExactly(new MemoryReservation(0x4000_0000, 0x2000));
    }

    @Test
    void readsOldRangesInTheCellsOfTheRoot() throws IOException {
        running.root().set("#address-cells", PropertyValue.ofCells(1)).set("#size-cells", PropertyValue.ofCells(1));
        running.node("/memory@40000000").orElseThrow().set("reg", PropertyValue.ofCells(0x4000_0000, 0x4000_0000));
        running.node("/pl011@9000000").orElseThrow().set("reg", PropertyValue.ofCells(0x900_0000, 0x1000));
        runningChosen().set("linux,elfcorehdr", PropertyValue.ofCells(0x7000_0000, 0x1_0000));
        running.reserve(new MemoryReservation(0x7000_0000, 0x1_0000));

        assertThat(handOver("x", Optional.empty()).reservations()).isEmpty();
    }

    @Test
    void makesAChosenWhereThereIsNone() throws IOException {
        runningChosen().remove();

        assertThat(chosen(handOver("x", Optional.empty()))
                        .property("bootargs")
                        .orElseThrow()
                        .asString())
                .isEqualTo("x");
    }

    @Test
    void keepsUefisTables() throws IOException {
        running.node("/memory@40000000").orElseThrow().remove();
        runningChosen().set("linux,uefi-mmap-start", PropertyValue.ofU64(0x7f00_0000));

        DeviceTreeHandOver handOver = handOver(request(machine().build(), Optional.empty(), "x"), Optional.empty());

        assertThat(names(chosen(read(handOver)))).contains("linux,uefi-mmap-start");
        assertThat(handOver.remarks()).isEmpty();
    }

    @Test
    void givesUefisTablesToAUsersTree() throws IOException {
        runningChosen()
                .set("linux,uefi-system-table", PropertyValue.ofU64(0x7e00_0000))
                .set("linux,uefi-mmap-start", PropertyValue.ofU64(0x7f00_0000));
        Content users = Arm64Machines.tree(Arm64Machines.GIB);

        DeviceTreeHandOver handOver = handOver(request(machine().build(), Optional.of(users), "x"), Optional.empty());

        assertThat(chosen(read(handOver))
                        .property("linux,uefi-mmap-start")
                        .orElseThrow()
                        .asU64())
                .isEqualTo(0x7f00_0000);
        assertThat(names(chosen(read(handOver)))).contains("linux,uefi-system-table");
        assertThat(handOver.remarks())
                .containsExactly(
                        "UEFI's tables in the device tree are not those of the running kernel: the running kernel's were taken");
    }

    @Test
    void givesTheMemoryMapToAUsersTreeWithoutMemory() throws IOException {
        EditableTree users = EditableTree.empty();
        Target target = Arm64Machines.with(
                        new PhysicalRange(0x4000_0000, 0x6000_0000), new PhysicalRange(0x8000_0000L, 0xa000_0000L))
                .build();

        DeviceTreeHandOver handOver =
                handOver(request(target, Optional.of(Content.of(users.write())), "x"), Optional.empty());

        // A root without counts has 2 cells for an address and 1 for a size.
        FdtNode memory = read(handOver).node("/memory@40000000").orElseThrow();
        assertThat(memory.property("device_type").orElseThrow().asString()).isEqualTo("memory");
        assertThat(memory.property("reg").orElseThrow())
                .isEqualTo(PropertyValue.ofCells(0, 0x4000_0000, 0x2000_0000, 0, 0x8000_0000, 0x2000_0000));
        assertThat(handOver.remarks())
                .containsExactly(
                        "the device tree tells of no memory: 2 ranges from the memory map of the machine were added");
    }

    @Test
    void prefersTheMemoryNodesOfTheRunningTree() throws IOException {
        DeviceTreeHandOver handOver = handOver(
                request(
                        machine().build(),
                        Optional.of(Content.of(EditableTree.empty().write())),
                        "x"),
                Optional.empty());

        assertThat(read(handOver)
                        .node("/memory@40000000")
                        .orElseThrow()
                        .property("reg")
                        .orElseThrow())
                .isEqualTo(PropertyValue.ofCells(0, 0x4000_0000, 0x4000_0000));
        assertThat(handOver.remarks())
                .containsExactly(
                        "the device tree tells of no memory: a range from the running kernel's tree was added");
    }

    @Test
    void needsATree() {
        Target target =
                Arm64Machines.with(new PhysicalRange(0x4000_0000, 0x6000_0000)).build();

        assertThatThrownBy(() -> handOver(request(target, Optional.empty(), "x"), Optional.empty()))
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage("the second kernel needs a device tree, and none is known of this machine: give one");
    }

    @Test
    void refusesWhatIsNoTree() throws IOException {
        byte[] blob = new byte[64];

        assertThatThrownBy(() ->
                        handOver(request(machine().build(), Optional.of(Content.of(blob)), "x"), Optional.empty()))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("device tree");
    }

    @Test
    void refusesATreeThatIsLargerThanAny() throws IOException {
        Content blob = Content.zeroes((16 << 20) + 1);

        assertThatThrownBy(() -> handOver(request(machine().build(), Optional.of(blob), "x"), Optional.empty()))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("must not have more than 16 MiB");
    }

    @Test
    void saysWhichOldPropertyIsDamaged() {
        runningChosen().set("linux,initrd-start", PropertyValue.ofStrings("x"));

        assertThatThrownBy(() -> handOver("x", Optional.empty()))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("/chosen")
                .hasMessageContaining("linux,initrd-start");
    }
}
