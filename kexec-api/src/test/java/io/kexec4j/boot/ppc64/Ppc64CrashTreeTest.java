package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Trees.BACKUP;
import static io.kexec4j.boot.ppc64.Ppc64Trees.CORE_HEADER;
import static io.kexec4j.boot.ppc64.Ppc64Trees.CRASH;
import static io.kexec4j.boot.ppc64.Ppc64Trees.GIB;
import static io.kexec4j.boot.ppc64.Ppc64Trees.LOW;
import static io.kexec4j.boot.ppc64.Ppc64Trees.MIB;
import static io.kexec4j.boot.ppc64.Ppc64Trees.RTAS;
import static io.kexec4j.boot.ppc64.Ppc64Trees.cells;
import static io.kexec4j.boot.ppc64.Ppc64Trees.crash;
import static io.kexec4j.boot.ppc64.Ppc64Trees.live;
import static io.kexec4j.boot.ppc64.Ppc64Trees.memory;
import static io.kexec4j.boot.ppc64.Ppc64Trees.node;
import static io.kexec4j.boot.ppc64.Ppc64Trees.plan;
import static io.kexec4j.boot.ppc64.Ppc64Trees.request;
import static io.kexec4j.boot.ppc64.Ppc64Trees.target;
import static io.kexec4j.boot.ppc64.Ppc64Trees.text;
import static io.kexec4j.boot.ppc64.Ppc64Trees.u64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.boot.DeviceTreeHandOver;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.diff.TreeDiff;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.PowerMemory;
import io.kexec4j.target.CrashFacts;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tree of a kernel that is started after a crash. */
class Ppc64CrashTreeTest {
    private static final String USABLE = "linux,usable-memory";

    private final EditableTree start = Ppc64Trees.guest();
    private final CrashFacts facts = crash().build();

    private static MemoryReservation reservation(PhysicalRange range) {
        return new MemoryReservation(range.start(), range.size());
    }

    @Test
    void leavesAloneWhatBelongsToTheDump() throws IOException {
        Fdt tree = crash(start, live(start), facts);

        assertThat(node(tree, "/memory@0").property(USABLE)).contains(u64(0, CRASH.end(), RTAS.start(), RTAS.size()));
        assertThat(tree.reservations())
                .containsExactly(
                        new MemoryReservation(LOW.end(), CRASH.start() - LOW.end()),
                        reservation(CORE_HEADER),
                        reservation(BACKUP),
                        new MemoryReservation(RTAS.start(), 0x1000));
        assertThat(PowerMemory.parse(tree).ram())
                .as("what is left")
                .containsExactly(
                        LOW,
                        new PhysicalRange(CRASH.start(), CORE_HEADER.start()),
                        new PhysicalRange(CORE_HEADER.end(), BACKUP.start()),
                        new PhysicalRange(BACKUP.end(), CRASH.end()));
    }

    @Test
    void chosenSaysNothingThatAKernelOfPowerPcWouldMisread() throws IOException {
        Node chosen = node(crash(start, live(start), facts), "/chosen");

        assertThat(chosen.property("linux,elfcorehdr")).contains(u64(CORE_HEADER.start(), CORE_HEADER.size()));
        assertThat(chosen.properties())
                .extracting(Property::name)
                .doesNotContain(
                        "linux,usable-memory-range",
                        "linux,crashkernel-base",
                        "linux,crashkernel-size",
                        "linux,initrd-start",
                        "linux,memory-limit");
    }

    @Test
    void everyNodeWithMemorySaysWhatIsUsable() throws IOException {
        memory(start, GIB, GIB);
        node(start, "/memory@0").set("reg", u64(0, CRASH.start(), CRASH.start(), GIB - CRASH.start()));
        memory(start, 4 * GIB, 0).set("status", text("disabled"));

        Fdt tree = crash(start, live(start), facts);

        assertThat(node(tree, "/memory@0").property(USABLE))
                .contains(u64(0, CRASH.start(), CRASH.start(), CRASH.size(), RTAS.start(), RTAS.size()));
        assertThat(node(tree, "/memory@40000000").property(USABLE))
                .as("or all of it would be")
                .contains(u64(0, 0));
        assertThat(node(tree, "/memory@100000000").property(USABLE)).isEmpty();
    }

    @Test
    void rangesHaveTheCellsOfTheRoot() throws IOException {
        start.root().set("#address-cells", cells(1)).set("#size-cells", cells(1));
        node(start, "/memory@0").set("reg", cells(0, 0x4000_0000));

        assertThat(node(crash(start, null, facts), "/memory@0").property(USABLE))
                .contains(cells(0, (int) CRASH.end(), (int) RTAS.start(), (int) RTAS.size()));
    }

    @Test
    void firmwareIsUsableWhereverItLies() throws IOException {
        EditableTree bareMetal = Ppc64Trees.bareMetal();

        Fdt tree = crash(bareMetal, live(bareMetal), facts);

        assertThat(node(tree, "/memory@0").property(USABLE))
                .as("OPAL, and a table")
                .contains(u64(0, CRASH.end(), 0x3000_0000, 0x1c0_0000, 0x7000_0000, 0x80_0000));
        assertThat(node(tree, "/memory@40000000000").property(USABLE))
                .as("that of a GPU is the firmware's matter")
                .contains(u64(0x400_0000_0000L, 0));
    }

    @Test
    void memoryInUseUntilTheCrashMayBeUsedThen() throws IOException {
        PhysicalRange below = PhysicalRange.ofSize(0x800_0000, 16 * MIB);
        PhysicalRange above = PhysicalRange.ofSize(0x3800_0000, 16 * MIB);

        Fdt tree = crash(
                start, live(start), crash().cmaRanges(List.of(below, above)).build());

        assertThat(PowerMemory.parse(tree).ram()).contains(LOW, below, above);
    }

    /** No kernel of ppc64 sets two ranges apart as yet. */
    @Test
    void bothRangesThatWereSetApartAreUsable() throws IOException {
        PhysicalRange low = PhysicalRange.ofSize(0x400_0000, 64 * MIB);
        CrashFacts two = CrashFacts.builder(List.of(new PhysicalRange(0, GIB)), List.of(low, CRASH))
                .build();

        assertThat(PowerMemory.parse(crash(start, live(start), two)).ram()).contains(LOW, low);
    }

    @Test
    void ofBlocksOnlyTheUsableRemain() throws IOException {
        node(start, "/memory@0").set("reg", u64(0, 0x1800_0000));
        start.root()
                .add("ibm,dynamic-reconfiguration-memory")
                .set("ibm,lmb-size", u64(0x400_0000))
                .set("ibm,dynamic-memory-v2", cells(1, 10, 0, 0x1800_0000, 1, 0, 8));

        Fdt tree = crash(start, live(start), facts);

        assertThat(node(tree, "/ibm,dynamic-reconfiguration-memory").property("linux,drconf-usable-memory"))
                .contains(u64(
                        1,
                        0x1800_0000,
                        0x400_0000,
                        1,
                        0x1c00_0000,
                        0x400_0000,
                        0,
                        0,
                        0,
                        1,
                        RTAS.start(),
                        RTAS.size(),
                        0,
                        0,
                        0,
                        0));
    }

    @Test
    void moreBlocksThanATreeCanTellOfAreRefused() {
        start.root()
                .add("ibm,dynamic-reconfiguration-memory")
                .set("ibm,lmb-size", u64(0x1000))
                .set("ibm,dynamic-memory-v2", cells(1, -1, 1, 0, 1, 0, 8));

        assertThatThrownBy(() -> crash(start, live(start), facts))
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("4294967295, at most 262144");
    }

    /** A tree without memory, which gets that of the running one, must not get around the limits. */
    @Test
    void alsoMemoryThatATreeLackedIsLimited() throws IOException {
        EditableTree users = start.copy();
        node(users, "/memory@0").remove();

        DeviceTreeHandOver handOver = Ppc64Trees.handOver(
                request(target(start, live(start)), users, plan(target(start, live(start)), facts, false)), null);

        assertThat(handOver.remarks()).singleElement().asString().contains("tells of no memory");
        assertThat(node(handOver.tree(), "/memory@0").property(USABLE))
                .contains(u64(0, CRASH.end(), RTAS.start(), RTAS.size()));
    }

    /** As when the image is loaded by a kernel that was itself started after a crash. */
    @Test
    void limitsOfAnotherCrashDoNotCount() throws IOException {
        PhysicalRange other = PhysicalRange.ofSize(0x2800_0000, 64 * MIB);
        CrashFacts before = CrashFacts.builder(List.of(new PhysicalRange(0, GIB)), List.of(other))
                .build();
        EditableTree old = crash(start, live(start), before).edit();

        Fdt again = crash(crash(start, live(start), facts).edit(), live(start), facts);
        assertThat(TreeDiff.between(again, crash(old, live(old), facts)).differences())
                .isEmpty();
    }
}
