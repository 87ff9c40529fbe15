package io.kexec4j.fdt.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reading and writing references and labels. */
class ReferencesTest {
    @Test
    void treesWithoutReferencesHaveNone() throws FdtException {
        EditableTree tree = Trees.of("/a x");

        assertThat(References.read(tree)).isEmpty();
        assertThat(References.readLocal(tree)).isEmpty();
        assertThat(Symbols.read(tree)).isEmpty();
        assertThat(Symbols.node(tree, "a")).isEmpty();
        References.write(tree, List.of());
        References.writeLocal(tree, List.of());
        Symbols.add(tree, Map.of());
        assertThat(Trees.lines(tree)).containsExactly("/", "/a x=");
    }

    @Test
    void writesPlacesLabelByLabel() {
        EditableTree tree = Trees.of("/f r=<1 2 3>", "/__fixups__ old=\"\"");

        References.write(
                tree,
                List.of(
                        new Reference("/f", "r", 0, "b"),
                        new Reference("/f", "r", 7, "a"),
                        new Reference("/f/", "r", 4, "b")));

        assertThat(Trees.lines(tree)).startsWith("/", "/f r=ffffffffffffffffffffff03");
        assertThat(Trees.text(tree, "/__fixups__", "b")).isEqualTo("/f:r:0|/f:r:4|");
        assertThat(Trees.text(tree, "/__fixups__", "a")).isEqualTo("/f:r:7|");
        assertThat(Trees.text(tree, "/__fixups__", "old")).isEqualTo("none");
    }

    @Test
    void whatIsWrittenIsRead() throws FdtException {
        for (int seed = 0; seed < 200; seed++) {
            RandomOverlays random = new RandomOverlays(seed);
            EditableTree overlay = random.overlay(random.base());
            List<Reference> references = References.read(overlay);
            List<LocalReference> local = References.readLocal(overlay);
            EditableTree again = overlay.copy();

            References.write(again, references);
            References.writeLocal(again, new ArrayList<>(local));

            assertThat(Trees.flat(again)).as("seed %d", seed).isEqualTo(Trees.flat(overlay));
            assertThat(References.read(Trees.blob(again))).isEqualTo(references);
            assertThat(References.readLocal(Trees.blob(again))).isEqualTo(local);
        }
    }

    @Test
    void malformedFixupsAreNotRead() {
        assertThatThrownBy(() -> References.read(Trees.of("/f p=<1>", "/__fixups__ a=\"/f:p:1\"")))
                .isInstanceOf(FdtException.class)
                .hasMessageContaining("at offset 1 of a value of 4 bytes");
        assertThatThrownBy(() -> References.readLocal(Trees.of("/f p=<1>", "/__local_fixups__/f p=<1>")))
                .isInstanceOf(FdtException.class)
                .hasMessageContaining("at offset 1 of a value of 4 bytes");
    }

    @Test
    void placesToWriteMustExist() {
        EditableTree tree = Trees.of("/f p=<1>", "/a:b p=<1>");
        for (Reference wrong : List.of(
                new Reference("/g", "p", 0, "a"),
                new Reference("/f", "q", 0, "a"),
                new Reference("/f", "p", 1, "a"),
                new Reference("/f", "p", Integer.MAX_VALUE, "a"),
                new Reference("/a:b", "p", 0, "a"),
                new Reference("/f", "p", 0, "a b"))) {
            assertThatIllegalArgumentException().isThrownBy(() -> References.write(tree, List.of(wrong)));
        }
        LocalReference wrong = new LocalReference("/f", "p", 1);
        assertThatIllegalArgumentException().isThrownBy(() -> References.writeLocal(tree, List.of(wrong)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Reference("/f", "p", -1, "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> new LocalReference("/f", "p", -1));
        assertThat(Trees.lines(tree)).containsExactly("/", "/f p=00000001", "/a:b p=00000001");
    }

    @Test
    void labelsGetPhandles() {
        EditableTree tree = Trees.of("/ phandle=<2>", "/a", "/b phandle=<5>", "/c", "/__symbols__ c=\"/b\"");
        Map<String, EditableNode> labels = new LinkedHashMap<>();
        labels.put("a", tree.node("/a").orElseThrow());
        labels.put("b", tree.node("/b").orElseThrow());
        labels.put("c", tree.node("/c").orElseThrow());
        labels.put("root", tree.root());

        Symbols.add(tree, labels);

        assertThat(Trees.lines(tree))
                .startsWith("/ phandle=00000002", "/a phandle=00000001", "/b phandle=00000005", "/c phandle=00000003");
        assertThat(Symbols.read(tree)).isEqualTo(Map.of("a", "/a", "b", "/b", "c", "/c", "root", "/"));
        assertThat(Symbols.node(tree, "c").map(Node::path)).contains("/c");
    }

    @Test
    void labelsOfOtherTreesAreRefused() {
        EditableTree tree = Trees.of("/a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Symbols.add(tree, Map.of("a", Trees.of("/a").root())));
        assertThatIllegalArgumentException().isThrownBy(() -> Symbols.add(tree, Map.of("-", tree.root())));
        assertThat(Trees.lines(tree)).containsExactly("/", "/a");
    }

    @Test
    void labelsThatAreNoPathsAreLeftOut() {
        EditableTree tree = Trees.of("/a", "/__symbols__ a=\"/a\" two=\"/a\",\"/a\" none=<1> gone=\"/gone\"");

        assertThat(Symbols.read(tree)).isEqualTo(Map.of("a", "/a", "gone", "/gone"));
        assertThat(Symbols.node(tree, "gone")).isEmpty();
        assertThat(Symbols.node(tree, "two")).isEmpty();
    }
}
