package io.kexec4j.fdt.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.FdtLimits;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What several overlays, fragments and names do to each other. */
class OverlaysTest {
    private static final EditableTree BASE =
            Trees.of("/a phandle=<7> x=<1>", "/b@1 y", "/__symbols__ a=\"/a\" b=\"/b@1\"");

    @Test
    void whatIsNewComesLast() throws FdtException {
        EditableTree overlay = Trees.of(
                "/f target-path=\"/\"",
                "/f/__overlay__ p q",
                "/f/__overlay__/c",
                "/f/__overlay__/a new x=<2>",
                "/f/__overlay__/d");

        assertThat(Trees.lines(Overlays.apply(BASE, overlay)))
                .containsExactly(
                        "/ p= q=",
                        "/a phandle=00000007 x=00000002 new=",
                        "/b@1 y=",
                        "/__symbols__ a=2f6100 b=2f62403100",
                        "/c",
                        "/d");
    }

    @Test
    void laterOverlaysSeeEarlierOnes() throws FdtException {
        EditableTree first =
                Trees.of("/f target-path=\"/\"", "/f/__overlay__/n phandle=<1>", "/__symbols__ n=\"/f/__overlay__/n\"");
        EditableTree second = Trees.of(
                "/f target=<-1>", "/f/__overlay__/m phandle=<1> r=<1 -1>",
                "/__fixups__ n=\"/f:target:0\",\"/f/__overlay__/m:r:4\"", "/__local_fixups__/f/__overlay__/m r=<0>");

        EditableTree merged = Overlays.apply(BASE, List.of(first, second));

        assertThat(Trees.lines(merged)).contains("/n phandle=00000008", "/n/m phandle=00000009 r=0000000900000008");
        assertThat(Trees.bytes(merged)).isEqualTo(Trees.bytes(Overlays.apply(Overlays.apply(BASE, first), second)));
    }

    @Test
    void tellsWhichOverlayIsWrong() {
        EditableTree good = Trees.of("/f target=<7>", "/f/__overlay__");
        EditableTree bad = Trees.of("/f target=<8>", "/f/__overlay__");

        FdtException error =
                catchThrowableOfType(FdtException.class, () -> Overlays.apply(BASE, List.of(good, bad, good)));

        assertThat(error)
                .hasMessage("overlay 2 of 3: fragment f: its target, phandle 8, does not exist"
                        + " (NOTFOUND, node /f, property target)");
        assertThatThrownBy(() -> Overlays.apply(BASE, List.of(Trees.of("/f/__overlay__"), good)))
                .hasMessage(
                        "overlay 1 of 2: fragment f: it has neither a target nor a target-path (BADOVERLAY, node /f)");
    }

    @Test
    void withoutOverlaysItIsACopy() throws FdtException {
        EditableTree copy = Overlays.apply(BASE, List.of());

        assertThat(Trees.lines(copy)).isEqualTo(Trees.lines(BASE));
        assertThat(copy).isNotSameAs(BASE);
    }

    @Test
    void reservationsAndBootCpuAreThoseOfTheBase() throws FdtException {
        EditableTree base = BASE.copy();
        base.reserve(new MemoryReservation(0x1000, 0x2000));
        base.setBootCpuid(3);
        EditableTree overlay = Trees.of("/");
        overlay.reserve(new MemoryReservation(1, 1));

        EditableTree merged = Overlays.apply(base, overlay);

        assertThat(merged.reservations()).containsExactly(new MemoryReservation(0x1000, 0x2000));
        assertThat(merged.bootCpuid()).isEqualTo(3);
    }

    @Test
    void theExactNameIsPreferred() throws FdtException {
        EditableTree base = Trees.of("/n@1", "/n");
        EditableTree overlay = Trees.of(
                "/f target-path=\"/n\"", "/f/__overlay__ found", "/g target-path=\"/\"", "/g/__overlay__/n merged");

        assertThat(Trees.lines(Overlays.apply(base, overlay))).containsExactly("/", "/n@1", "/n found= merged=");
    }

    @Test
    void aNameWithoutUnitAddressIsTheFirstWithOne() throws FdtException {
        EditableTree overlay = Trees.of("/f target-path=\"/\"", "/f/__overlay__/b merged");

        assertThat(Trees.lines(Overlays.apply(BASE, overlay)))
                .contains("/b@1 y= merged=")
                .doesNotContain("/b merged=");
    }

    @Test
    void newNodesDoNotBecomeOneForTheirBaseName() throws FdtException {
        EditableTree overlay = Trees.of("/f target=<7>", "/f/__overlay__/n@1 x", "/f/__overlay__/n y");

        assertThat(Trees.lines(Overlays.apply(BASE, overlay))).contains("/a/n@1 x=", "/a/n y=");
    }

    @Test
    void ofTwoNodesThatBecomeOneTheLaterHasTheLastWord() throws FdtException {
        EditableTree overlay = Trees.of("/f target-path=\"/\"", "/f/__overlay__/b@1 y=<1>", "/f/__overlay__/b y=<2>");

        assertThat(Trees.lines(Overlays.apply(BASE, overlay))).contains("/b@1 y=00000002");
    }

    @Test
    void anAliasIsATargetPath() throws FdtException {
        EditableTree base = Trees.of("/aliases s=\"/soc/serial\"", "/soc/serial/sub");
        EditableTree overlay =
                Trees.of("/f target-path=\"s/sub\"", "/f/__overlay__ new", "/__symbols__ l=\"/f/__overlay__\"");

        EditableTree merged = Overlays.apply(base, overlay);

        assertThat(Trees.lines(merged)).contains("/soc/serial/sub new=");
        assertThat(Trees.text(merged, "/__symbols__", "l")).isEqualTo("/soc/serial/sub/|");
    }

    @Test
    void aLabelMayBeCalledPhandle() throws FdtException {
        EditableTree base = Trees.of("/a phandle=<7>", "/__symbols__ phandle=\"/a\"");
        EditableTree overlay = Trees.of("/f target=<-1>", "/f/__overlay__ new", "/__fixups__ phandle=\"/f:target:0\"");

        assertThat(Trees.lines(Overlays.apply(base, overlay))).contains("/a phandle=00000007 new=");
    }

    @Test
    void aPhandleThatIsListedAsAReferenceIsRenumberedOnce() throws FdtException {
        EditableTree overlay = Trees.of(
                "/f target=<7>", "/f/__overlay__/n phandle=<1>", "/__local_fixups__/f/__overlay__/n phandle=<0>");

        assertThat(Trees.lines(Overlays.apply(BASE, overlay))).contains("/a/n phandle=00000008");
    }

    @Test
    void aPhandleIsNotThatOfALabel() {
        EditableTree overlay = Trees.of(
                "/f target=<7>", "/f/__overlay__/n phandle=<1>", "/__fixups__ a=\"/f/__overlay__/n:phandle:0\"");

        assertThatThrownBy(() -> Overlays.apply(BASE, overlay))
                .hasMessageContaining(
                        "cannot be that of label a (BADOVERLAY, node /f/__overlay__/n, property phandle)");
    }

    @Test
    void twoFragmentsMayGiveOneNodeTwoPhandles() throws FdtException {
        EditableTree overlay = Trees.of(
                "/f target=<7>",
                "/f/__overlay__ r=<1 2>",
                "/f/__overlay__/n phandle=<1>",
                "/g target=<7>",
                "/g/__overlay__ s=<1 2>",
                "/g/__overlay__/n phandle=<2>",
                "/h target=<2>",
                "/h/__overlay__ t",
                "/__local_fixups__/f/__overlay__ r=<0 4>",
                "/__local_fixups__/g/__overlay__ s=<0 4>",
                "/__local_fixups__/h target=<0>");

        assertThat(Trees.lines(Overlays.apply(BASE, overlay)))
                .contains(
                        "/a phandle=00000007 x=00000001 r=0000000800000008 s=0000000800000008",
                        "/a/n phandle=00000008 t=");
    }

    @Test
    void aValueThatIsReplacedIsNotChangedLater() throws FdtException {
        // The second fragment replaces the reference by a number that happens to be the lost phandle.
        EditableTree overlay = Trees.of(
                "/f target=<7>",
                "/f/__overlay__ r=<1>",
                "/g target-path=\"/\"",
                "/g/__overlay__/a phandle=<1> r=<8>",
                "/__local_fixups__/f/__overlay__ r=<0>");

        assertThat(Trees.lines(Overlays.apply(BASE, overlay))).contains("/a phandle=00000007 x=00000001 r=00000008");
    }

    @Test
    void linuxPhandleOfTheBaseSurvives() throws FdtException {
        EditableTree base = Trees.of("/a linux,phandle=<4>");
        EditableTree overlay = Trees.of(
                "/f target-path=\"/a\"",
                "/f/__overlay__ phandle=<1> linux,phandle=<1> r=<1>",
                "/__local_fixups__/f/__overlay__ r=<0>");

        assertThat(Trees.lines(Overlays.apply(base, overlay)))
                .contains("/a linux,phandle=00000004 phandle=00000004 r=00000004");
    }

    @Test
    void namesOfAnyBytesFindEachOther() throws FdtException {
        EditableTree base = Trees.of("/\u00e9\u00ff phandle=<1>");
        base.root().add("__symbols__").set("l", PropertyValue.of(new byte[] {'/', (byte) 0xe9, (byte) 0xff, 0}));
        EditableTree overlay = Trees.of(
                "/f target=<-1>",
                "/f/__overlay__ new",
                "/__fixups__ l=\"/f:target:0\"",
                "/__symbols__ m=\"/f/__overlay__/k\"");

        EditableTree merged = Overlays.apply(base, overlay);

        assertThat(Trees.lines(merged)).contains("/\u00e9\u00ff phandle=00000001 new=");
        assertThat(Trees.text(merged, "/__symbols__", "m")).isEqualTo("/\u00e9\u00ff/k|");
    }

    @Test
    void ambiguousOverlaysAreRefused() throws FdtException {
        byte[] twins = Trees.bytes(
                Trees.of("/f target=<7>", "/f/__overlay__ xx xy", "/f/__overlay__/n1", "/f/__overlay__/n2"));
        FdtException nodes = catchThrowableOfType(
                FdtException.class, () -> Overlays.apply(BASE, Fdt.read(Bytes.replace(twins, "n2\0", "n1\0"))));
        FdtException properties = catchThrowableOfType(
                FdtException.class, () -> Overlays.apply(BASE, Fdt.read(Bytes.replace(twins, "xy\0", "xx\0"))));
        FdtException unnamed = catchThrowableOfType(
                FdtException.class, () -> Overlays.apply(BASE, Fdt.read(Bytes.replace(twins, "xy\0", "\0y\0"))));

        assertThat(nodes).hasMessageContaining("no two children").hasMessageContaining("/f/__overlay__/n1");
        assertThat(properties).hasMessageContaining("no two properties").hasMessageContaining("property xx");
        assertThat(unnamed).hasMessageContaining("has a name").hasMessageContaining("/f/__overlay__");
        assertThat(List.of(nodes.error(), properties.error(), unnamed.error())).containsOnly(FdtError.BADOVERLAY);
    }

    @Test
    void depthTakesNoStack() throws FdtException {
        int depth = 3_000;
        EditableTree overlay = Trees.of("/f target=<7>", "/f/__overlay__");
        var node = overlay.node("/f/__overlay__").orElseThrow();
        for (int i = 0; i < depth; i++) {
            node = node.add("d");
        }

        EditableTree merged = Overlays.apply(Overlays.apply(BASE, overlay), overlay);

        assertThat(merged.nodes().count()).isEqualTo(BASE.nodes().count() + depth);
        assertThat(Fdt.read(merged.write(), FdtLimits.NONE).nodes().count())
                .isEqualTo(merged.nodes().count());
    }

    @Test
    void knowsAnOverlay() {
        assertThat(Overlays.isOverlay(BASE)).isFalse();
        assertThat(Overlays.isOverlay(Trees.of("/x/__overlay__"))).isTrue();
        assertThat(Overlays.isOverlay(Trees.of("/__fixups__"))).isTrue();
        assertThat(Overlays.isOverlay(Trees.of("/__local_fixups__"))).isTrue();
    }
}
