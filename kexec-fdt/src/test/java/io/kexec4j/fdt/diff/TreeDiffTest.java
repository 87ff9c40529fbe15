package io.kexec4j.fdt.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.dts.DtsParser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TreeDiffTest {
    private static final String BEFORE = """
            /dts-v1/;
            /memreserve/ 0x1000 0x10;
            /memreserve/ 0x2000 0x20;
            / {
                a = <1>; b = "text"; c;
                chosen { bootargs = "debug"; };
                soc { serial@1000 { status = "okay"; sub { }; }; i2c@2000 { }; };
            };
            """;

    @Test
    void sameTreesHaveNoDifference() throws Exception {
        EditableTree tree = DtsParser.parse("-", BEFORE);

        for (Order order : Order.values()) {
            TreeDiff diff = TreeDiff.between(tree, Fdt.read(tree.write()), order);
            assertThat(diff.isEmpty()).isTrue();
            assertThat(diff.differences()).isEmpty();
            assertThat(diff).hasToString("");
        }
    }

    @Test
    void everyKindOfDifference() throws Exception {
        EditableTree before = DtsParser.parse("-", BEFORE);
        EditableTree after = DtsParser.parse("-", """
                /dts-v1/;
                /memreserve/ 0x2000 0x20;
                /memreserve/ 0x3000 0x30;
                / {
                    c; a = <2>; d = [01 02];
                    soc { gpio@3000 { pins; }; i2c@2000 { x = <1>; }; };
                    chosen { bootargs = "quiet"; };
                };
                """);
        after.setBootCpuid(3);

        assertThat(TreeDiff.between(before, after)).hasToString("""
                - /memreserve/ 0x1000+0x10
                + /memreserve/ 0x3000+0x30
                ~ boot_cpuid_phys: 0x0 -> 0x3
                - /: b = "text"
                + /: d = [01 02]
                ~ /: a = <0x01> -> <0x02>
                ~ /chosen: bootargs = "debug" -> "quiet"
                - /soc/serial@1000
                + /soc/gpio@3000
                + /soc/i2c@2000: x = <0x01>
                """);
        assertThat(TreeDiff.between(before, after, Order.COMPARED).toString())
                .contains("~ /: the properties [a, c] are in the order [c, a]\n")
                .contains("~ /: the nodes [chosen, soc] are in the order [soc, chosen]\n");
    }

    @Test
    void differencesAreValues() throws Exception {
        EditableTree before = DtsParser.parse("-", BEFORE);
        EditableTree after = before.copy();
        after.node("/soc").orElseThrow().child("serial@1000").orElseThrow().remove();
        after.root().set("c", PropertyValue.ofCells(7));

        List<Difference> differences = TreeDiff.between(before, after).differences();

        assertThat(differences)
                .containsExactly(
                        new Difference.PropertyChanged("/", "c", PropertyValue.EMPTY, PropertyValue.ofCells(7)),
                        new Difference.NodeRemoved(
                                "/soc/serial@1000",
                                before.node("/soc/serial@1000").orElseThrow()));
        assertThat(differences).extracting(Difference::path).containsExactly("/", "/soc/serial@1000");
        assertThat(differences.get(0)).hasToString("~ /: c -> <0x07>");
        assertThat(TreeDiff.between(after, before).differences().get(0)).hasToString("~ /: c = <0x07> -> empty");
    }

    @Test
    void reservationsAreCounted() {
        MemoryReservation one = new MemoryReservation(1, 1);
        MemoryReservation two = new MemoryReservation(2, 2);
        EditableTree before = EditableTree.empty();
        EditableTree after = EditableTree.empty();
        before.setReservations(List.of(one, two, one));
        after.setReservations(List.of(two, one));

        assertThat(TreeDiff.between(before, after).differences())
                .containsExactly(new Difference.ReservationRemoved(one));
        after.setReservations(List.of(two, one, one));
        assertThat(TreeDiff.between(before, after).isEmpty()).isTrue();
        assertThat(TreeDiff.between(before, after, Order.COMPARED).differences())
                .containsExactly(new Difference.ReservationsReordered(List.of(one, two, one), List.of(two, one, one)));
    }

    @Test
    void severalOfANameAreComparedOneByOne() throws Exception {
        EditableTree tree = EditableTree.empty();
        tree.root().add("aa").set("x", PropertyValue.ofCells(1));
        tree.root().add("bb").set("x", PropertyValue.ofCells(2));
        Fdt before = renamed(tree, "bb", "aa");
        tree.node("/bb").orElseThrow().set("x", PropertyValue.ofCells(3));
        Fdt after = renamed(tree, "bb", "aa");

        assertThat(TreeDiff.between(before, before).isEmpty()).isTrue();
        assertThat(TreeDiff.between(before, after)).hasToString("~ /aa: x = <0x02> -> <0x03>\n");
    }

    /** As many differences as random edits made, each of which another place. */
    @Test
    void randomEdits() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            EditableTree before = EditableTree.empty();
            List<EditableNode> nodes = new ArrayList<>(List.of(before.root()));
            for (int i = 0; i < 30; i++) {
                EditableNode node = nodes.get(random.nextInt(nodes.size())).add("n" + i);
                node.set("p", PropertyValue.ofCells(i)).set("q", PropertyValue.EMPTY);
                nodes.add(node);
            }
            EditableTree after = before.copy();
            List<String> expected = new ArrayList<>();
            for (int i = 1; i < nodes.size(); i++) {
                String path = nodes.get(i).path();
                EditableNode node = after.node(path).orElseThrow();
                switch (random.nextInt(5)) {
                    case 0 -> {
                        node.set("p", PropertyValue.ofCells(-1));
                        expected.add("~ " + path + ": p");
                    }
                    case 1 -> {
                        node.unset("q");
                        expected.add("- " + path + ": q");
                    }
                    case 2 -> {
                        node.set("r", PropertyValue.EMPTY);
                        expected.add("+ " + path + ": r");
                    }
                    case 3 -> {
                        node.add("new").add("inner");
                        expected.add("+ " + path + "/new");
                    }
                    default -> node.moveTo(node.parent().orElseThrow());
                }
            }
            assertThat(TreeDiff.between(before, after).differences())
                    .as("seed %s", seed)
                    .map(difference -> difference.toString().split(" (=|->)", -1)[0])
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(TreeDiff.between(after, before).differences()).hasSameSizeAs(expected);
        }
    }

    @Test
    void depthCostsNoStack() {
        DeviceTree before = deep();
        EditableTree after = deep();
        after.setBootCpuid(1);

        assertThat(TreeDiff.between(before, after).differences()).hasSize(1);
    }

    private static EditableTree deep() {
        EditableTree tree = EditableTree.empty();
        EditableNode node = tree.root();
        for (int i = 0; i < 3_000; i++) {
            node = node.add("n");
        }
        return tree;
    }

    private static Fdt renamed(EditableTree tree, String from, String to) throws Exception {
        ByteBuffer blob = tree.write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1).replace(from, to);
        return Fdt.read(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
