package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.dts.FixupNodes.NotAFixupException;
import io.kexec4j.fdt.dts.SourceValue.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Makes a device tree of a source whose references are resolved. */
final class TreeBuilder {
    private static final String SYMBOLS = "__symbols__";

    private final SourceTree source;
    private final SourcePhandles phandles;
    private final Budget budget;
    private final FixupNodes fixups = new FixupNodes();
    private final boolean recordsPhandles;

    TreeBuilder(SourceTree source, SourcePhandles phandles, Budget budget, boolean recordsPhandles) {
        this.source = source;
        this.phandles = phandles;
        this.budget = budget;
        this.recordsPhandles = recordsPhandles;
    }

    /** Adds {@code /__symbols__}: a property for each label, of the path of its node, which gets a phandle. */
    void addSymbols() throws DtsException {
        boolean isAnyLabelled = false;
        for (SourceNode node : source.nodes()) {
            isAnyLabelled |= node.labels().wereGiven();
        }
        if (isAnyLabelled) {
            SourceNode symbols = source.root().presentChild(SYMBOLS);
            if (symbols == null) {
                symbols = new SourceNode(SYMBOLS, source.root().at());
                source.root().add(symbols);
            }
            for (SourceNode node : source.nodes()) {
                addSymbols(node, symbols);
            }
        }
    }

    private void addSymbols(SourceNode node, SourceNode symbols) throws DtsException {
        for (String label : node.labels().present()) {
            if (symbols.present(label) == null) {
                SourceValue value = new SourceValue(budget);
                value.put((node.path() + '\0').getBytes(StandardCharsets.ISO_8859_1), node.at());
                symbols.add(new SourceProperty(label, value, node.at()));
            }
        }
        if (node.labels().wereGiven()) {
            phandles.of(node, node.at());
        }
    }

    EditableTree build() throws DtsException {
        EditableTree tree = EditableTree.empty();
        Map<SourceNode, EditableNode> built = new HashMap<>();
        for (SourceNode node : source.nodes()) {
            EditableNode target = tree.root();
            if (node.parent() != null) {
                target = built.getOrDefault(node.parent(), target).add(node.name());
            }
            built.put(node, target);
            for (SourceProperty property : node.properties()) {
                if (!property.isDeleted()) {
                    target.set(
                            property.name(), PropertyValue.of(property.value().toByteArray()));
                    recordPhandles(node, property);
                }
            }
        }
        try {
            fixups.writeTo(tree);
        } catch (NotAFixupException e) {
            throw new DtsException(source.root().at(), String.valueOf(e.getMessage()), e);
        }
        return tree;
    }

    private void recordPhandles(SourceNode node, SourceProperty property) throws DtsException {
        if (!recordsPhandles || property.value().references().isEmpty()) {
            return;
        }
        String path = node.path();
        for (Reference reference : property.value().references()) {
            budget.take(path.length() + property.name().length() + Long.BYTES, reference.at());
            if (source.find(reference.target()) == null) {
                if (reference.target().indexOf('/') >= 0) {
                    throw DtsException.ofTree(
                            reference.at(), "a plugin refers to nodes of its base by labels, not by paths");
                }
                fixups.add(reference.target(), path, property.name(), reference.offset());
            } else {
                fixups.addLocal(path, property.name(), reference.offset());
            }
        }
    }

    /** The number of the boot CPU as dtc guesses it, before references are resolved. */
    static int guessBootCpuid(SourceTree source) {
        SourceNode cpus = source.root().presentChild("cpus");
        if (cpus == null || cpus.children().isEmpty()) {
            return 0;
        }
        SourceProperty reg = cpus.children().get(0).present("reg");
        return reg == null || reg.value().size() != Integer.BYTES
                ? 0
                : ByteBuffer.wrap(reg.value().toByteArray()).getInt();
    }
}
