package io.kexec4j.fdt.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.Corpus;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.overlay.OverlayCases.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same trees as fdtoverlay makes. */
class FdtoverlayTest {
    private static final int ROUNDS = 100;

    @TempDir
    private Path directory;

    static List<Case> good() {
        return OverlayCasesTest.good();
    }

    @ParameterizedTest
    @MethodSource("good")
    void everyCase(Case good) throws IOException, InterruptedException {
        assertThat(Trees.flat(Overlays.apply(good.base(), good.overlay())))
                .isEqualTo(Trees.flat(theirs(good.base(), List.of(good.overlay()))));
    }

    @Test
    void stackedRandomOverlays() throws IOException, InterruptedException {
        for (int seed = 0; seed < ROUNDS; seed++) {
            RandomOverlays random = new RandomOverlays(seed);
            EditableTree base = random.base();
            List<EditableTree> overlays = new ArrayList<>();
            EditableTree tree = base;
            while (overlays.size() < 3) {
                EditableTree overlay = random.overlay(tree);
                if (!hasClash(tree, overlay)) {
                    overlays.add(overlay);
                    tree = Overlays.apply(base, overlays);
                }
            }

            assertThat(Trees.flat(tree)).as("seed %d", seed).isEqualTo(Trees.flat(theirs(base, overlays)));
        }
    }

    /** Where libfdt would leave references to a phandle that is gone. */
    private static boolean hasClash(EditableTree base, EditableTree overlay) {
        SlowOverlay slow = new SlowOverlay(base, overlay);
        slow.apply();
        return slow.hasClash();
    }

    private Fdt theirs(EditableTree base, List<EditableTree> overlays) throws IOException, InterruptedException {
        Path output = directory.resolve("merged.dtb");
        List<Object> arguments = new ArrayList<>(List.of("-i", written("base.dtb", base), "-o", output));
        for (int i = 0; i < overlays.size(); i++) {
            arguments.add(written("overlay" + i + ".dtb", overlays.get(i)));
        }
        Corpus.tool("fdtoverlay", arguments.toArray());
        return Fdt.read(output);
    }

    private Path written(String name, EditableTree tree) throws IOException {
        return Files.write(directory.resolve(name), Trees.bytes(tree));
    }
}
