package io.kexec4j.fdt.overlay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What would take memory out of all proportion, and names that are found one by one. */
class OverlayLimitsTest {
    private static final String LONG = "x".repeat(1 << 18);

    @Test
    void pathsOfReferencesAreInProportion() throws Exception {
        EditableTree overlay = EditableTree.empty();
        EditableNode top = overlay.root().add("f").add(LONG);
        EditableNode fixups = overlay.root().add("__local_fixups__").add("f").add(LONG);
        for (int i = 0; i < 1000; i++) {
            top.add("n" + i).set("r", PropertyValue.ofCells(1));
            fixups.add("n" + i).set("r", PropertyValue.ofCells(0));
        }
        assertLimit(() -> References.readLocal(overlay));
    }

    @Test
    void placesOfOneNodeShareItsPath() throws Exception {
        EditableTree overlay = EditableTree.empty();
        int[] offsets = new int[1000];
        overlay.root().add(LONG).set("r", PropertyValue.ofCells(new int[1000]));
        overlay.root().add("__local_fixups__").add(LONG).set("r", PropertyValue.ofCells(offsets));

        List<LocalReference> references = References.readLocal(overlay);
        assertThat(references).hasSize(1000);
        String path = references.get(0).path();
        assertThat(references)
                .allSatisfy(reference -> assertThat(reference.path()).isSameAs(path));
    }

    @Test
    void pathsOfLabelsAreInProportion() {
        EditableTree base = EditableTree.empty();
        base.root().add(LONG);
        EditableTree overlay = Trees.of("/f target-path=\"/" + LONG + "\"", "/f/__overlay__/n");
        EditableNode symbols = overlay.root().add("__symbols__");
        for (int i = 0; i < 1000; i++) {
            symbols.set("l" + i, PropertyValue.ofStrings("/f/__overlay__/n"));
        }
        assertLimit(() -> Overlays.apply(base, overlay));
    }

    @Test
    void eachNameIsExactOrTheFirstWithAUnit() throws Exception {
        EditableTree base = Trees.of("/b@1/x", "/b/c@1", "/b/c@2", "/aliases s=\"/b\"");
        for (String path : new String[] {"/b/c", "s/c", "//b//c/"}) {
            EditableTree overlay = Trees.of("/f target-path=\"" + path + '"', "/f/__overlay__ new");
            assertThat(Trees.text(Overlays.apply(base, overlay), "/b/c@1", "new"))
                    .as(path)
                    .isEmpty();
        }
    }

    @Test
    void aLabelHasThePathOfTheMergedNode() throws Exception {
        EditableTree base = Trees.of("/soc@1/uart@2");
        EditableTree overlay = Trees.of(
                "/f target-path=\"/\"",
                "/f/__overlay__/soc/uart/sub",
                "/__symbols__ l=\"/f/__overlay__/soc/uart\" s=\"/f/__overlay__/soc/uart/sub\"");
        EditableTree merged = Overlays.apply(base, overlay);

        assertThat(Symbols.read(merged)).containsEntry("l", "/soc@1/uart@2").containsEntry("s", "/soc@1/uart@2/sub");
    }

    @Test
    void metadataIsNoFragment() {
        for (String name : new String[] {"__symbols__", "__fixups__", "__local_fixups__"}) {
            EditableTree overlay = Trees.of("/" + name + "/__overlay__/n phandle=<1>");
            overlay.node("/" + name).orElseThrow().set("target-path", PropertyValue.ofStrings("/"));
            assertThatThrownBy(() -> Overlays.apply(Trees.of("/a phandle=<1>"), overlay))
                    .as(name)
                    .isInstanceOfSatisfying(
                            FdtException.class, e -> assertThat(e.error()).isEqualTo(FdtError.BADOVERLAY));
        }
    }

    private static void assertLimit(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FdtException.class, e -> assertThat(e.error()).isEqualTo(FdtError.LIMIT));
    }
}
