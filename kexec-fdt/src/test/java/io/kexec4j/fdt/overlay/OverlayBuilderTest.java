package io.kexec4j.fdt.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Overlays made in Java are what dtc -@ makes of the same source. */
class OverlayBuilderTest {
    private final OverlayBuilder builder = new OverlayBuilder();

    /** The example of the package. */
    private EditableTree example() {
        EditableNode i2c = builder.fragment("i2c1");
        EditableNode pins = i2c.add("pins");
        EditableNode rtc = i2c.add("rtc@68");
        rtc.set("reg", PropertyValue.ofCells(0x68));
        rtc.set("pinctrl-0", PropertyValue.ofCells(0));
        rtc.set("interrupts-extended", PropertyValue.ofCells(0, 5));
        builder.label("pins", pins)
                .reference(rtc, "pinctrl-0", 0, pins)
                .reference(rtc, "interrupts-extended", 0, "gpio");
        return builder.build();
    }

    @Test
    void makesWhatDtcMakes() {
        assertThat(Trees.lines(example()))
                .isEqualTo(Trees.lines(Trees.of(
                        "/fragment@0 target=<-1>",
                        "/fragment@0/__overlay__",
                        "/fragment@0/__overlay__/pins phandle=<1>",
                        "/fragment@0/__overlay__/rtc@68 reg=<0x68> pinctrl-0=<1> interrupts-extended=<-1 5>",
                        "/__symbols__ pins=\"/fragment@0/__overlay__/pins\"",
                        "/__fixups__ i2c1=\"/fragment@0:target:0\""
                                + " gpio=\"/fragment@0/__overlay__/rtc@68:interrupts-extended:0\"",
                        "/__local_fixups__/fragment@0/__overlay__/rtc@68 pinctrl-0=<0>")));
    }

    @Test
    void canBeApplied() throws FdtException {
        EditableTree base = Trees.of("/i2c", "/gpio phandle=<3>");
        Symbols.add(base, Map.of("i2c1", base.node("/i2c").orElseThrow()));
        Symbols.add(base, Map.of("gpio", base.node("/gpio").orElseThrow()));

        assertThat(Trees.lines(Overlays.apply(base, example())))
                .containsExactly(
                        "/",
                        "/i2c phandle=00000001",
                        "/i2c/pins phandle=00000004",
                        "/i2c/rtc@68 reg=00000068 pinctrl-0=00000004 interrupts-extended=0000000300000005",
                        "/gpio phandle=00000003",
                        "/__symbols__ i2c1=2f69326300 gpio=2f6770696f00 pins=2f6932632f70696e7300");
    }

    @Test
    void buildsTheSameAgain() {
        assertThat(Trees.lines(example())).isEqualTo(Trees.lines(builder.build()));
    }

    @Test
    void fragmentsByPathAndByNode() {
        EditableNode soc = builder.fragmentAt("/soc");
        EditableNode bus = soc.add("bus");
        builder.fragment(bus).set("status", PropertyValue.ofStrings("okay"));

        assertThat(Trees.lines(builder.build()))
                .isEqualTo(Trees.lines(Trees.of(
                        "/fragment@0 target-path=\"/soc\"",
                        "/fragment@0/__overlay__/bus phandle=<1>",
                        "/fragment@1 target=<1>",
                        "/fragment@1/__overlay__ status=\"okay\"",
                        "/__local_fixups__/fragment@1 target=<0>")));
    }

    @Test
    void phandlesInUseAreLeftAlone() {
        EditableNode content = builder.fragmentAt("/");
        content.add("a").set("phandle", PropertyValue.ofCells(1));
        EditableNode b = content.add("b").set("linux,phandle", PropertyValue.ofCells(0));
        EditableNode c = content.add("c").set("linux,phandle", PropertyValue.ofCells(7));
        builder.label("b", b).label("c", c);

        assertThat(Trees.lines(builder.build()))
                .contains("/fragment@0/__overlay__/b phandle=00000002")
                .contains("/fragment@0/__overlay__/c linux,phandle=00000007");
    }

    @Test
    void nothingIsAnOverlayToo() {
        assertThat(Trees.lines(builder.build())).containsExactly("/");
    }

    @Test
    void checksWhatItIsGiven() {
        EditableNode content = builder.fragment("a");
        EditableNode other = EditableTree.empty().root();

        assertThatIllegalArgumentException().isThrownBy(() -> builder.fragment("a-b"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.fragment("1a"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.fragment(other));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.fragmentAt("a"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.fragmentAt("/\0"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.reference(other, "p", 0, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.reference(content, "p", 0, other));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.reference(content, "p", 0, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.label("x", other));
        builder.label("x", content).label("x", content);
        assertThatIllegalArgumentException().isThrownBy(() -> builder.label("x", content.add("n")));
    }

    @Test
    void placesMustExistWhenItIsBuilt() {
        EditableNode content = builder.fragment("a");
        builder.reference(content, "p", 4, "b");
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("has no property p");
        content.set("p", PropertyValue.ofCells(1));
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("at offset 4");
        content.set("p", PropertyValue.ofCells(1, 2));
        assertThat(builder.build().node("/__fixups__").orElseThrow().properties())
                .hasSize(2);

        builder.reference(content, "p", 0, content.add("gone"));
        content.child("gone").orElseThrow().remove();
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("not in this tree");
    }

    @Test
    void referencesAreReadAsTheyWereMade() throws FdtException {
        EditableTree example = example();

        assertThat(References.read(example))
                .containsExactly(
                        new Reference("/fragment@0", "target", 0, "i2c1"),
                        new Reference("/fragment@0/__overlay__/rtc@68", "interrupts-extended", 0, "gpio"));
        assertThat(References.readLocal(Trees.blob(example)))
                .containsExactly(new LocalReference("/fragment@0/__overlay__/rtc@68", "pinctrl-0", 0));
        assertThat(Symbols.read(example)).isEqualTo(Map.of("pins", "/fragment@0/__overlay__/pins"));
        assertThat(List.of(References.read(example).get(0).toString())).containsExactly("/fragment@0:target:0 -> i2c1");
    }
}
