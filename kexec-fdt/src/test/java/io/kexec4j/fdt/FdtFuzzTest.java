package io.kexec4j.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes: the declared exception, or a tree that can be walked, looked up, judged, edited and written. */
class FdtFuzzTest {
    static Stream<byte[]> seeds() {
        return BlobCase.all().stream().map(blob -> blob.blob().bytes()).filter(bytes -> bytes.length < 4096);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytes(byte[] bytes) {
        byte[] before = bytes.clone();
        try {
            Fdt tree = Fdt.read(ByteBuffer.wrap(bytes));
            // No path leads to a node whose name is empty or has a '/'.
            boolean plain = tree.nodes()
                    .skip(1)
                    .noneMatch(node -> node.name().isEmpty() || node.name().contains("/"));
            for (Node node : (Iterable<Node>) tree.nodes()::iterator) {
                if (plain) {
                    assertThat(tree.node(node.path()).map(Node::path)).hasValue(node.path());
                }
                for (Property property : node.properties()) {
                    assertThat(node.property(property.name())).isPresent();
                    assertThat(tree.nodesWith(property.name())).contains((FdtNode) node);
                }
                node.phandle()
                        .ifPresent(phandle ->
                                assertThat(tree.nodeByPhandle(phandle)).isPresent());
            }
            assertThat(SpecificationRules.check(tree)).doesNotContainNull();
            ByteBuffer written = tree.edit().write();
            Fdt again = Fdt.read(written);
            assertThat(Walk.of(again)).isEqualTo(Walk.of(tree));
            assertThat(again.edit().write()).isEqualTo(written);
        } catch (FdtException e) {
            assertThat(e.rule()).isNotBlank();
        }
        assertThat(bytes).as("the reader does not write").isEqualTo(before);
    }

    @FuzzTest
    void editedWrittenAndRead(FuzzedDataProvider data) throws Exception {
        EditableTree tree = EditableTree.empty();
        for (int i = 0; i < 200 && data.remainingBytes() > 0; i++) {
            List<String> before = Walk.of(tree);
            try {
                edit(tree, data);
            } catch (IllegalArgumentException | IllegalStateException e) {
                assertThat(e).hasMessageNotContaining("null");
                assertThat(Walk.of(tree)).as("a refused edit changes nothing").isEqualTo(before);
            }
        }
        ByteBuffer written = tree.write();
        Fdt again = Fdt.read(written, FdtLimits.NONE);
        assertThat(Walk.of(again)).isEqualTo(Walk.of(tree));
        for (Node node : (Iterable<Node>) tree.nodes()::iterator) {
            assertThat(again.node(node.path()).map(Node::path)).hasValue(node.path());
            assertThat(tree.node(node.path())).hasValue((EditableNode) node);
            assertThat(again.compatibleWith("a")).hasSameSizeAs(tree.compatibleWith("a"));
            node.phandle()
                    .ifPresent(phandle -> assertThat(tree.nodeByPhandle(phandle).map(Node::path))
                            .isEqualTo(again.nodeByPhandle(phandle).map(Node::path)));
        }
    }

    private static void edit(EditableTree tree, FuzzedDataProvider data) {
        List<EditableNode> nodes = tree.all();
        EditableNode node = data.pickValue(nodes);
        EditableNode other = data.pickValue(nodes);
        switch (data.consumeInt(0, 9)) {
            case 0, 1 -> node.set(property(data), PropertyValue.of(data.consumeBytes(12)));
            case 2 -> node.unset(property(data));
            case 3 -> node.rename(property(data), property(data));
            case 4 -> node.childOrAdd(name(data));
            case 5 -> node.rename(name(data));
            case 6 -> node.moveTo(other);
            case 7 -> node.moveBefore(other);
            case 8 -> {
                // Copies of copies would double the tree each time.
                if (nodes.size() < 100) {
                    other.addCopy(node);
                }
            }
            default -> node.remove();
        }
    }

    private static String property(FuzzedDataProvider data) {
        return data.consumeBoolean()
                ? data.pickValue(new String[] {"phandle", "linux,phandle", "compatible", "reg"})
                : data.consumeString(6);
    }

    private static String name(FuzzedDataProvider data) {
        return data.consumeBoolean()
                ? data.pickValue(new String[] {"a", "a@1", "b", "aliases"})
                : data.consumeString(6);
    }
}
