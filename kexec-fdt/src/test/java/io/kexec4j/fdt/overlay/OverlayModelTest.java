package io.kexec4j.fdt.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Stacked random overlays, compared with a slow and obvious way to apply them. */
class OverlayModelTest {
    private static final int ROUNDS = 300;

    @Test
    void appliesAsTheModelDoes() throws FdtException {
        int nodesAdded = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            RandomOverlays random = new RandomOverlays(seed);
            EditableTree base = random.base();
            EditableTree tree = base;
            List<EditableTree> overlays = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                EditableTree overlay = random.overlay(tree);
                EditableTree merged = Overlays.apply(tree, overlay);

                assertThat(Trees.flat(merged))
                        .as("seed %d, overlay %d", seed, i)
                        .isEqualTo(flat(new SlowOverlay(tree, overlay).apply()));
                overlays.add(overlay);
                tree = merged;
            }
            assertThat(Trees.bytes(Overlays.apply(base, overlays)))
                    .as("seed %d, all at once", seed)
                    .isEqualTo(Trees.bytes(tree));
            nodesAdded += (int) (tree.nodes().count() - base.nodes().count());
        }
        assertThat(nodesAdded).isGreaterThan(ROUNDS);
    }

    private static SortedMap<String, String> flat(Map<String, Map<String, byte[]>> nodes) {
        SortedMap<String, String> flat = new TreeMap<>();
        nodes.forEach((path, properties) -> {
            flat.put(path, "");
            properties.forEach(
                    (name, value) -> flat.put(path + ' ' + name, HexFormat.of().formatHex(value)));
        });
        return flat;
    }
}
