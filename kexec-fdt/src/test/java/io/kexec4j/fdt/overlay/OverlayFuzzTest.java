package io.kexec4j.fdt.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.FdtLimits;
import io.kexec4j.fdt.PropertyValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as base and overlay give the declared exception or a tree that is written and read as it is. */
class OverlayFuzzTest {
    /** The base, of the size that its header says, and behind it the overlay. */
    static Stream<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        OverlayCases.all().forEach(c -> seeds.add(joined(c.base(), c.overlay())));
        for (int seed = 0; seed < 20; seed++) {
            RandomOverlays random = new RandomOverlays(seed);
            EditableTree base = random.base();
            seeds.add(joined(base, random.overlay(base)));
        }
        return seeds.stream();
    }

    private static byte[] joined(EditableTree base, EditableTree overlay) {
        byte[] first = Trees.bytes(base);
        byte[] second = Trees.bytes(overlay);
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytes(byte[] bytes) {
        ByteBuffer blobs = ByteBuffer.wrap(bytes);
        try {
            Fdt base = Fdt.read(blobs);
            Fdt overlay = Fdt.read(blobs.slice(
                    base.header().totalSize(), blobs.capacity() - base.header().totalSize()));
            List<String> before = Trees.lines(base);
            try {
                verify(Overlays.apply(base, List.of(overlay, overlay)));
            } catch (FdtException e) {
                assertThat(e.rule()).isNotBlank();
                verify(Overlays.apply(base, overlay));
            } finally {
                assertThat(Trees.lines(base)).isEqualTo(before);
            }
        } catch (FdtException e) {
            assertThat(e.rule()).isNotBlank();
            assertThat(e.getMessage()).hasSizeLessThan(1_000 + 16 * bytes.length);
        }
    }

    private static void verify(EditableTree merged) throws FdtException {
        ByteBuffer blob = merged.write();
        Fdt read = Fdt.read(blob, FdtLimits.NONE);
        assertThat(Trees.lines(read)).isEqualTo(Trees.lines(merged));
        assertThat(read.edit().write()).isEqualTo(blob);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyReferences(byte[] bytes) {
        try {
            Fdt tree = Fdt.read(ByteBuffer.wrap(bytes));
            List<Reference> references = References.read(tree);
            references.forEach(
                    reference -> assertPlace(tree, reference.path(), reference.property(), reference.offset()));
            List<LocalReference> local = References.readLocal(tree);
            local.forEach(reference -> assertPlace(tree, reference.path(), reference.property(), reference.offset()));
            Symbols.read(tree).forEach((label, path) -> assertThat(path).doesNotContain("\0"));
        } catch (FdtException e) {
            assertThat(e.rule()).isNotBlank();
        }
    }

    private static void assertPlace(Fdt tree, String path, String property, int offset) {
        assertThat(offset).isNotNegative();
        // No path leads to a node whose name is empty or has a '/'.
        if (tree.nodes()
                .skip(1)
                .noneMatch(node -> node.name().isEmpty() || node.name().contains("/"))) {
            Optional<PropertyValue> value = tree.node(path).flatMap(node -> node.property(property));
            assertThat(value).as(path + ':' + property).isPresent();
            assertThat(offset).isLessThanOrEqualTo(value.orElseThrow().size() - Integer.BYTES);
        }
    }
}
