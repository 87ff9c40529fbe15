package io.kexec4j.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A tree whose untouched properties lie in more than one blob is written like one that was made by hand. */
class NodesOfSeveralBlobsTest {
    /** Two properties a node; the names of the second half are in another order in the strings block. */
    private static EditableTree tree(String... names) {
        EditableTree tree = EditableTree.empty();
        for (String name : names) {
            tree.root()
                    .add("node-of-" + name)
                    .set(name, PropertyValue.ofStrings("of " + name))
                    .set("reg", PropertyValue.ofCells(names.length));
        }
        return tree;
    }

    private static EditableTree ofBlob(EditableTree tree) throws FdtException {
        return Fdt.read(tree.write()).edit();
    }

    @Test
    void movedNodesKeepTheirProperties() throws FdtException {
        EditableTree base = ofBlob(tree("alpha", "beta", "reg-names"));
        EditableTree other = ofBlob(tree("gamma", "names", "alpha", "delta"));
        EditableTree expected = tree("alpha", "beta", "reg-names");
        for (String name : new String[] {"names", "delta"}) {
            EditableNode moved = other.node("/node-of-" + name).orElseThrow();
            moved.remove();
            moved.moveTo(base.root());
            expected.root()
                    .add("node-of-" + name)
                    .set(name, PropertyValue.ofStrings("of " + name))
                    .set("reg", PropertyValue.ofCells(4));
        }
        base.root().add("new").set("beta", PropertyValue.EMPTY);
        expected.root().add("new").set("beta", PropertyValue.EMPTY);

        assertThat(base.write()).isEqualTo(expected.write());
        assertThat(other.write()).isEqualTo(rest().write());
    }

    private static EditableTree rest() {
        EditableTree tree = EditableTree.empty();
        for (String name : new String[] {"gamma", "alpha"}) {
            tree.root()
                    .add("node-of-" + name)
                    .set(name, PropertyValue.ofStrings("of " + name))
                    .set("reg", PropertyValue.ofCells(4));
        }
        return tree;
    }

    /** What lies behind values in a blob is nobody's, and NOPs between them are gone when it is written. */
    @Test
    void paddingIsClearedAndNopsAreLeftOut() throws FdtException {
        EditableTree tree = EditableTree.empty();
        tree.root()
                .set("a", PropertyValue.of(new byte[] {1}))
                .set("b", PropertyValue.ofCells(2))
                .set("c", PropertyValue.of(new byte[] {3, 3, 3}));
        ByteBuffer blob = tree.write();
        ByteBuffer clean =
                ByteBuffer.allocate(blob.limit()).put(blob.duplicate()).flip();
        int structure = blob.getInt(8);
        // FDT_BEGIN_NODE, "", then a: 12 bytes and 4 of value and padding, then b.
        int valueOfA = structure + 8 + 12;
        blob.put(valueOfA + 1, (byte) 0xff).put(valueOfA + 3, (byte) 0xff);
        int b = valueOfA + 4;
        for (int at = b; at < b + 16; at += 4) {
            blob.putInt(at, 4); // FDT_NOP
        }

        ByteBuffer written = Fdt.read(blob).edit().write();

        EditableTree without = EditableTree.empty();
        without.root().set("a", PropertyValue.of(new byte[] {1})).set("c", PropertyValue.of(new byte[] {3, 3, 3}));
        assertThat(written).isEqualTo(without.write());
        assertThat(Fdt.read(clean).edit().write()).isEqualTo(clean);
    }
}
