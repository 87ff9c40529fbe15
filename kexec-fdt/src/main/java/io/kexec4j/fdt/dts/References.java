package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.dts.SourceValue.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What references become: phandles, which their targets get if they have none, and paths. */
final class References {
    private final SourceTree tree;
    private final SourcePhandles phandles;
    private final Budget budget;
    private final boolean plugin;

    References(SourceTree tree, SourcePhandles phandles, Budget budget, boolean plugin) {
        this.tree = tree;
        this.phandles = phandles;
        this.budget = budget;
        this.plugin = plugin;
    }

    /** Resolves all references, in the order of the tree, which is the order in which phandles are given. */
    void resolve() throws DtsException {
        for (SourceNode node : tree.nodes()) {
            // The node may be given a phandle meanwhile.
            for (int i = 0; i < node.properties().size(); i++) {
                SourceProperty property = node.properties().get(i);
                if (!property.isDeleted() && !property.value().references().isEmpty()) {
                    property.setValue(resolved(property.value()));
                }
            }
        }
    }

    private SourceValue resolved(SourceValue value) throws DtsException {
        budget.giveBack(value.size());
        SourceValue resolved = new SourceValue(budget);
        ByteBuffer bytes = ByteBuffer.wrap(value.toByteArray());
        for (Reference reference : value.references()) {
            resolved.put(bytes.slice(bytes.position(), reference.offset() - bytes.position()), reference.at());
            bytes.position(reference.offset());
            SourceNode target = tree.find(reference.target());
            if (target != null) {
                target.setReferenced();
            }
            if (reference.isPhandle()) {
                bytes.getInt();
                resolved.putPhandle(
                        reference, target == null ? missing(reference) : phandles.of(target, reference.at()));
            } else if (target == null) {
                throw notFound(reference);
            } else {
                resolved.put((target.path() + '\0').getBytes(StandardCharsets.ISO_8859_1), reference.at());
            }
        }
        if (!value.references().isEmpty()) {
            resolved.put(bytes, value.references().get(0).at());
        }
        return resolved;
    }

    /** The number that stands for a node of the base. */
    private int missing(Reference reference) throws DtsException {
        if (!plugin) {
            throw notFound(reference);
        }
        return SourceValue.UNKNOWN_PHANDLE;
    }

    private static DtsException notFound(Reference reference) {
        return DtsException.ofTree(reference.at(), "there is no node " + reference.target());
    }

    /** Takes out what shall be left out if nothing refers to it; what overlays may refer to stays. */
    void omitUnreferenced(boolean symbols) {
        for (SourceNode node : tree.nodes()) {
            boolean isSymbol = symbols && node.labels().wereGiven();
            if (node.isOmittedIfUnreferenced() && !node.isReferenced() && !isSymbol) {
                SourceTree.delete(node);
            }
        }
        phandles.forgetDeleted();
    }
}
