package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.dts.SourceValue.Reference;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The phandles of a source: those it gives to nodes itself, and those that nodes get because something refers to them. */
final class SourcePhandles {
    static final String NAME = "phandle";
    private static final String LINUX_NAME = "linux,phandle";

    private final SourceTree tree;
    private final Budget budget;
    private final Set<Integer> used = new HashSet<>();
    private int next = 1;

    SourcePhandles(SourceTree tree, Budget budget) {
        this.tree = tree;
        this.budget = budget;
    }

    static boolean isPhandle(String property) {
        return property.equals(NAME) || property.equals(LINUX_NAME);
    }

    /** Reads the phandles that the source gives. */
    void readGiven() throws DtsException {
        for (SourceNode node : tree.nodes()) {
            int phandle = given(node, node.present(NAME));
            int linuxPhandle = given(node, node.present(LINUX_NAME));
            if (phandle != 0 && linuxPhandle != 0 && phandle != linuxPhandle) {
                throw DtsException.ofTree(node.at(), "phandle and linux,phandle are the same number");
            }
            int number = phandle != 0 ? phandle : linuxPhandle;
            if (number != 0) {
                if (!used.add(number)) {
                    throw DtsException.ofTree(
                            node.at(), "the phandle 0x" + Integer.toHexString(number) + " is given twice");
                }
                node.setPhandle(number);
            }
        }
    }

    /** The number that a property gives its node; 0 if there is none, or if it says only that there shall be one. */
    private int given(SourceNode node, @Nullable SourceProperty property) throws DtsException {
        if (property == null) {
            return 0;
        }
        byte[] bytes = property.value().toByteArray();
        if (bytes.length != Integer.BYTES) {
            throw DtsException.ofTree(property.at(), "a phandle is 4 bytes long");
        }
        List<Reference> references = property.value().references();
        for (Reference reference : references) {
            if (reference.isPhandle()) {
                if (tree.find(reference.target()) != node) {
                    throw DtsException.ofTree(reference.at(), "a node's phandle refers to no other node");
                }
                return 0;
            }
        }
        int number = ByteBuffer.wrap(bytes).getInt();
        if (number == 0 || number == -1) {
            throw DtsException.ofTree(property.at(), "a phandle is neither 0 nor 0xffffffff");
        }
        return number;
    }

    /** The phandles of nodes that were deleted can be given to others. */
    void forgetDeleted() {
        used.clear();
        for (SourceNode node : tree.nodes()) {
            if (node.phandle() != 0) {
                used.add(node.phandle());
            }
        }
    }

    /** The phandle of a node, which gets one, and a property that says so, if it has none. */
    int of(SourceNode node, DtsPosition at) throws DtsException {
        if (node.phandle() == 0) {
            while (!used.add(next)) {
                next++;
            }
            node.setPhandle(next);
            if (node.present(NAME) == null) {
                SourceValue value = new SourceValue(budget);
                value.putNumber(next, Integer.BYTES, at);
                node.add(new SourceProperty(NAME, value, at));
            }
        }
        return node.phandle();
    }
}
