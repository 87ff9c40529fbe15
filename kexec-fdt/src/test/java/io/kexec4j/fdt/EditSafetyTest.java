package io.kexec4j.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Edits that went wrong once: of blobs with several nodes of a name, of bytes that are not ours, of very many children. */
class EditSafetyTest {
    private static EditableTree twins() throws FdtException {
        return new RawBlob()
                .begin("")
                .begin("a")
                .property("n", 1)
                .end()
                .begin("b")
                .begin("a")
                .property("n", 9)
                .end()
                .end()
                .begin("a")
                .property("n", 2)
                .end()
                .end()
                .finish()
                .read()
                .edit();
    }

    private static List<String> children(EditableTree tree) {
        return tree.root().children().stream()
                .map(child ->
                        child.name() + child.property("n").map(n -> n.intAt(0)).orElse(0))
                .toList();
    }

    @Test
    void oneOfTwoOfANameCanBeMovedBelowItsParent() throws Exception {
        EditableTree tree = twins();
        tree.root().children().get(0).moveTo(tree.root());
        assertThat(children(tree)).containsExactly("b0", "a2", "a1");

        tree.root().children().get(2).moveBefore(tree.root().children().get(0));
        assertThat(children(tree)).containsExactly("a1", "b0", "a2");
    }

    @Test
    void aRefusedMoveLeavesTheNodeWhereItIs() throws Exception {
        EditableTree tree = twins();
        List<String> before = Walk.of(tree);
        EditableNode b = tree.node("/b").orElseThrow();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> tree.root().children().get(2).moveTo(b));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> b.children().get(0).moveTo(tree.root()));
        assertThat(Walk.of(tree)).isEqualTo(before);
    }

    @Test
    void anEditedTreeOutlivesTheBuffer() throws Exception {
        byte[] bytes = RawBlob.base().bytes();
        Fdt fdt = Fdt.read(ByteBuffer.wrap(bytes));
        EditableTree tree = fdt.edit();
        EditableTree copied = EditableTree.empty();
        copied.root().addCopy(fdt.node("/n@1").orElseThrow());
        List<String> before = Walk.of(tree);
        List<String> copy = Walk.of(copied);
        ByteBuffer written = tree.write();

        Arrays.fill(bytes, (byte) 0x55);

        assertThat(Walk.of(tree)).isEqualTo(before);
        assertThat(Walk.of(copied)).isEqualTo(copy);
        assertThat(tree.write()).isEqualTo(written);
    }

    @Test
    void canBeWrittenIntoTheBufferItCameFrom() throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(4096).put(RawBlob.base().bytes());
        EditableTree tree = Fdt.read(buffer.flip()).edit();
        tree.root().insert("first", PropertyValue.ofCells(7), "compatible");
        ByteBuffer expected = tree.write();

        BlobLayout.of(tree, BlobOptions.DEFAULT).writeTo(buffer.clear());

        assertThat(buffer.flip()).isEqualTo(expected);
        assertThat(tree.write()).isEqualTo(expected);
    }

    /** A caller who breaks the rule reads other values and names, but nothing outside of the blocks, and no exception. */
    @ParameterizedTest
    @ValueSource(bytes = {0, 0x55, 0x7f, -1})
    void bytesThatChangeAreReadWhereTheyWere(byte filler) throws Exception {
        byte[] bytes = RawBlob.base().bytes();
        Fdt fdt = Fdt.read(ByteBuffer.wrap(bytes));
        int nodes = fdt.all().size();
        Arrays.fill(bytes, filler);

        assertThat(fdt.nodes()).hasSize(nodes);
        assertThat(fdt.root().properties().get(0).value().size()).isEqualTo(7);
        assertThat(fdt.root().properties().get(0).name()).hasSize("compatible".length());
        assertThat(Walk.of(fdt)).isNotEmpty();
        assertThat(fdt.edit().nodes()).hasSize(nodes);
        assertThat(fdt.root().property("x")).isEmpty();
    }

    @Test
    void aChangedTreeHasNoLayout() throws Exception {
        List<Consumer<EditableTree>> changes = List.of(
                tree -> tree.root().set("x", PropertyValue.EMPTY),
                tree -> tree.root().unset("compatible"),
                tree -> tree.root().rename("compatible", "c"),
                tree -> tree.root().add("longer"),
                tree -> tree.node("/n@1").orElseThrow().rename("a-longer-name"),
                tree -> tree.node("/n@1").orElseThrow().remove(),
                tree -> tree.node("/n@1").orElseThrow().moveTo(tree.root()),
                tree -> tree.root().addCopy(EditableTree.empty().root().add("z")),
                tree -> tree.setBootCpuid(9),
                tree -> tree.reserve(new MemoryReservation(1, 2)),
                tree -> tree.release(new MemoryReservation(0x1000, 0x2000)),
                tree -> tree.setReservations(List.of()));
        for (Consumer<EditableTree> change : changes) {
            EditableTree tree = RawBlob.base().reserve(0x1000, 0x2000).read().edit();
            BlobLayout layout = BlobLayout.of(tree, BlobOptions.DEFAULT);
            assertThat(layout.write()).isEqualTo(tree.write());
            change.accept(tree);
            ByteBuffer target = ByteBuffer.allocate(4096);
            assertThatIllegalStateException().isThrownBy(layout::write);
            assertThatIllegalStateException().isThrownBy(() -> layout.writeTo(target));
            assertThat(target.position()).isZero();
        }
    }

    /** Each step looks up and removes: with a map that is made again each time, hours. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu@", "cpu"})
    void manyChildrenAreRemovedInProportion(String stem) throws Exception {
        int count = 60_000;
        RawBlob blob = new RawBlob().begin("").begin("twin").end().begin("twin").end();
        for (int i = 0; i < count; i++) {
            blob.begin(stem + i).end();
        }
        EditableTree tree = blob.end().finish().read().edit();
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < count; i++) {
                String base = stem.equals("cpu@") ? "cpu" : stem + i;
                EditableNode first = tree.root().childOfAnyUnit(base).orElseThrow();
                assertThat(tree.root().child(stem + i)).hasValue(first);
                first.remove();
            }
        });
        assertThat(tree.root().children()).hasSize(2);
    }

    @Test
    void manyPropertiesAreRemovedInProportion() throws Exception {
        int count = 60_000;
        RawBlob blob = new RawBlob().begin("").property("twin", 1).property("twin", 2);
        int name = blob.string("p");
        for (int i = 0; i < count; i++) {
            blob.propertyAt(name, "");
        }
        EditableNode root = blob.end().finish().read().edit().root();
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < count; i++) {
                assertThat(root.unset("p")).isTrue();
            }
        });
        assertThat(root.unset("p")).isFalse();
        assertThat(root.properties()).hasSize(2);
    }

    @Test
    void moreThanAnArrayHoldsIsRefused() {
        EditableTree tree = EditableTree.empty();
        BlobOptions huge = BlobOptions.DEFAULT.withMinimumSize(Integer.MAX_VALUE);

        assertThatIllegalArgumentException().isThrownBy(() -> BlobLayout.of(tree, huge));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlobLayout.of(tree, huge.withMinimumSize(Integer.MAX_VALUE - 7)));
        assertThat(BlobLayout.of(tree, huge.withMinimumSize(Integer.MAX_VALUE - 8))
                        .size())
                .isEqualTo(Integer.MAX_VALUE - 8);
    }

    @Test
    void arraysGrowUpToTheLongest() {
        assertThat(Structure.longer(16)).isEqualTo(32);
        assertThat(Structure.longer(1 << 30)).isEqualTo(Integer.MAX_VALUE - 8);
        assertThat(Structure.longer(1_700_000_000)).isEqualTo(Integer.MAX_VALUE - 8);
    }
}
