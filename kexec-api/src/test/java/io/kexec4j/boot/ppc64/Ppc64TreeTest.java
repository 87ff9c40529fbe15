package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Trees.INITRD;
import static io.kexec4j.boot.ppc64.Ppc64Trees.RTAS;
import static io.kexec4j.boot.ppc64.Ppc64Trees.cells;
import static io.kexec4j.boot.ppc64.Ppc64Trees.handOver;
import static io.kexec4j.boot.ppc64.Ppc64Trees.live;
import static io.kexec4j.boot.ppc64.Ppc64Trees.node;
import static io.kexec4j.boot.ppc64.Ppc64Trees.normal;
import static io.kexec4j.boot.ppc64.Ppc64Trees.request;
import static io.kexec4j.boot.ppc64.Ppc64Trees.target;
import static io.kexec4j.boot.ppc64.Ppc64Trees.text;
import static io.kexec4j.boot.ppc64.Ppc64Trees.u64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.boot.DeviceTreeHandOver;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.diff.Difference;
import io.kexec4j.fdt.diff.TreeDiff;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tree of an image that is not for a crash. */
class Ppc64TreeTest {
    private final EditableTree start = Ppc64Trees.guest();
    private final MemoryReservation initrd = new MemoryReservation(INITRD.start(), INITRD.size());

    private static List<String> names(Node node) {
        return node.properties().stream().map(Property::name).toList();
    }

    @Test
    void isThatOfTheStartWithAnotherHandOver() throws IOException {
        Fdt tree = normal(start, live(start));

        List<Difference> elsewhere = TreeDiff.between(start, tree).differences().stream()
                .filter(difference -> !difference.path().equals("/chosen"))
                .toList();
        assertThat(elsewhere)
                .allMatch(difference -> difference instanceof Difference.ReservationAdded
                        || difference instanceof Difference.ReservationRemoved);
        assertThat(names(node(tree, "/chosen")))
                .containsExactlyInAnyOrder(
                        "linux,stdout-path",
                        "stdout",
                        "bootargs",
                        "stdout-path",
                        "ibm,architecture-vec-5",
                        "phandle",
                        "kaslr-seed",
                        "rng-seed",
                        "linux,booted-from-kexec",
                        "linux,initrd-start",
                        "linux,initrd-end");
        assertThat(node(tree, "/chosen").property("bootargs")).contains(text("root=/dev/sda"));
        assertThat(tree.reservations()).containsExactly(initrd, new MemoryReservation(RTAS.start(), 0x1000));
        assertThat(tree.header().totalSize()).isLessThan(start.write().remaining() + 512);
    }

    /** Without /sys/firmware/fdt, as when something has changed it: what kexec-tools does always. */
    @Test
    void isTheLiveTreeWhereNothingElseIsKnown() throws IOException {
        EditableTree live = live(start);
        node(live, "/chosen").set("linux,htab-base", u64(0x8000_0000L)).set("linux,htab-size", u64(0x100_0000));
        node(live, "/pci@800000020000000").set("linux,pci-domain", cells(0));

        Fdt tree = normal(null, live);

        assertThat(tree.nodesWith("linux,pci-domain")).isEmpty();
        assertThat(names(node(tree, "/chosen")))
                .noneMatch(name -> name.startsWith("linux,htab") || name.startsWith("linux,crashkernel"))
                .doesNotContain("linux,kernel-end", "linux,memory-limit");
        assertThat(tree.reservations())
                .as("the live tree has none of its own")
                .containsExactly(initrd, new MemoryReservation(RTAS.start(), RTAS.size()));
    }

    /** A directory is sorted by name: @10 before @8. Linux counts CPUs as they come. */
    @Test
    void putsTheCpusOfTheLiveTreeInOrder() throws IOException {
        EditableTree live = live(start);
        Ppc64Trees.cpu(live, 16, 0x3e64_8000);
        node(live, "/cpus/PowerPC,POWER9@10").moveBefore(node(live, "/cpus/PowerPC,POWER9@8"));

        assertThat(node(normal(null, live), "/cpus").children())
                .extracting(Node::name)
                .containsExactly("PowerPC,POWER9@0", "PowerPC,POWER9@8", "PowerPC,POWER9@10");
    }

    @Test
    void whatTheKernelSaysOfItselfIsNotHandedOn() throws IOException {
        node(start, "/chosen")
                .set("linux,kernel-end", u64(0x287_f000))
                .set("linux,memory-limit", u64(0x2000_0000))
                .set("linux,crashkernel-base", u64(0x1000_0000))
                .set("linux,crashkernel-size", u64(0x1000_0000));

        assertThat(names(node(normal(start, live(start)), "/chosen")))
                .noneMatch(name -> name.startsWith("linux,crashkernel"))
                .doesNotContain("linux,kernel-end", "linux,memory-limit");
    }

    @Test
    void reservesWhatStaysInMemory() throws IOException {
        EditableTree bareMetal = Ppc64Trees.bareMetal();
        bareMetal.setReservations(List.of(new MemoryReservation(0xf000_0000L, 0x1_0000)));

        assertThat(normal(bareMetal, live(bareMetal)).reservations())
                .as("tables, reserved-ranges; OPAL is part of the first of those")
                .containsExactly(
                        initrd,
                        new MemoryReservation(0x3000_0000, 0x300_0000),
                        new MemoryReservation(0x7000_0000, 0x80_0000),
                        new MemoryReservation(0xf000_0000L, 0x1_0000));
    }

    /** Devices keep writing by a table that the running kernel knows of. */
    @Test
    void reservesTablesThatAUsersTreeDoesNotHave() throws IOException {
        EditableTree bareMetal = Ppc64Trees.bareMetal();
        EditableTree users = bareMetal.copy();
        node(users, "/pci@600c3c0000000").remove();
        users.root().unset("reserved-ranges");
        users.setReservations(List.of());

        Fdt tree = Ppc64Trees.read(handOver(request(target(bareMetal, live(bareMetal)), users, null), null));

        assertThat(tree.reservations())
                .containsExactly(
                        new MemoryReservation(0x3000_0000, 0x300_0000),
                        new MemoryReservation(0x7000_0000, 0x80_0000),
                        new MemoryReservation(0xf000_0000L, 0x1_0000));
    }

    @Test
    void aSecondHandOverChangesNothing() throws IOException {
        for (EditableTree machine : List.of(start, Ppc64Trees.bareMetal())) {
            Fdt once = normal(machine, live(machine));
            Fdt twice = normal(once.edit(), live(once.edit()));
            assertThat(twice.bytes()).isEqualTo(once.bytes());
        }
    }

    /** The machine is whole again, and nothing of it remains reserved. */
    @Test
    void aCrashKernelHandsNothingOnOfItsOwn() throws IOException {
        Fdt ofCrash = Ppc64Trees.crash(start, live(start), Ppc64Trees.crash().build());
        assertThat(node(ofCrash, "/memory@0").property("linux,usable-memory")).isPresent();

        Fdt tree = normal(ofCrash.edit(), live(ofCrash.edit()));

        assertThat(tree.nodesWith("linux,usable-memory")).isEmpty();
        assertThat(names(node(tree, "/chosen"))).doesNotContain("linux,elfcorehdr");
        assertThat(tree.reservations()).containsExactly(initrd, new MemoryReservation(RTAS.start(), RTAS.size()));
    }

    @Test
    void theFirmwaresWordOnDeviceMemoryStands() throws IOException {
        EditableTree bareMetal = Ppc64Trees.bareMetal();

        assertThat(node(normal(bareMetal, live(bareMetal)), "/memory@40000000000")
                        .property("linux,usable-memory"))
                .contains(u64(0x400_0000_0000L, 0));
    }

    @Test
    void saysThatALogIsLost() throws IOException {
        node(start, "/chosen").set("linux,ima-kexec-buffer", u64(0x600_0000, 0x2000));
        start.reserve(new MemoryReservation(0x600_0000, 0x2000));

        DeviceTreeHandOver handOver = handOver(request(target(start, live(start)), null, null), INITRD);

        assertThat(handOver.remarks())
                .containsExactly(
                        "IMA's log that an earlier kernel has handed over is not handed on, which only kexec_file_load can:"
                                + " the second kernel's log will not explain the registers of the TPM");
        assertThat(names(node(handOver.tree(), "/chosen"))).doesNotContain("linux,ima-kexec-buffer");
        assertThat(handOver.tree().reservations()).noneMatch(entry -> entry.address() == 0x600_0000);
        assertThat(handOver(request(target(start.copy(), live(start)), start, null), null)
                        .remarks())
                .as("a user's tree had no log")
                .isEmpty();
    }

    @Test
    void makesAChosenWhereThereIsNone() throws IOException {
        node(start, "/chosen").remove();

        assertThat(names(node(normal(start, null), "/chosen"))).contains("bootargs", "linux,booted-from-kexec");
    }

    @Test
    void needsATree() {
        assertThatThrownBy(() -> normal(null, null)).isInstanceOf(UnsupportedCombinationException.class);
    }

    @Test
    void aReservationThatWrapsIsRefused() {
        start.reserve(new MemoryReservation(-0x1000, 0x1000));
        assertThatThrownBy(() -> normal(start, null))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("does not wrap");
    }
}
