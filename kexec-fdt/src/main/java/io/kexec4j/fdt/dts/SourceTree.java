package io.kexec4j.fdt.dts;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The nodes of a source, as far as it has been read: definitions are merged, deleted, and found by labels and paths. */
final class SourceTree {
    private final SourceNode root;
    private final Map<String, List<SourceNode>> labelled = new HashMap<>();

    SourceTree(DtsPosition at) {
        this.root = new SourceNode("", at);
    }

    SourceNode root() {
        return root;
    }

    /** Remembers a label that a node has just been given. */
    void addLabel(SourceNode node, String label) {
        node.labels().add(label);
        register(node, label);
    }

    void register(SourceNode node, String label) {
        labelled.computeIfAbsent(label, key -> new ArrayList<>(1)).add(node);
    }

    /** All nodes that are not deleted, each before its children. */
    Iterable<SourceNode> nodes() {
        return () -> new SourceWalk(root);
    }

    /** The node that a reference names: {@code label}, {@code /path} or {@code label/path}. */
    @Nullable
    SourceNode find(String reference) {
        int slash = reference.indexOf('/');
        String label = slash < 0 ? reference : reference.substring(0, slash);
        SourceNode node = label.isEmpty() ? root : byLabel(label);
        for (int at = slash; at >= 0 && at < reference.length() && node != null; ) {
            int end = reference.indexOf('/', at + 1);
            String name = reference.substring(at + 1, end < 0 ? reference.length() : end);
            node = name.isEmpty() ? node : node.presentChild(name);
            at = end;
        }
        return node;
    }

    private @Nullable SourceNode byLabel(String label) {
        List<SourceNode> candidates = labelled.get(label);
        if (candidates == null) {
            return null;
        }
        // Whoever is given the label again is registered again.
        candidates.removeIf(
                node -> node.isMerged() || node.isDeleted() || !node.labels().has(label));
        return candidates.isEmpty() ? null : candidates.get(0);
    }

    /** Deletes a node and all below it. */
    static void delete(SourceNode top) {
        for (Iterator<SourceNode> walk = new SourceWalk(top); walk.hasNext(); ) {
            SourceNode node = walk.next();
            node.setDeleted(true);
            node.labels().delete();
            node.properties().forEach(SourceProperty::delete);
        }
    }

    /** What of a definition is still to be merged. */
    private record Merging(SourceNode target, Iterator<SourceNode> children) {}

    /** Adds to a node what another definition says of it, which overrides what was said before. */
    void merge(SourceNode target, SourceNode definition) {
        Deque<Merging> open = new ArrayDeque<>();
        open.push(begin(target, definition));
        while (!open.isEmpty()) {
            Merging merging = open.element();
            if (!merging.children().hasNext()) {
                open.pop();
                continue;
            }
            SourceNode child = merging.children().next();
            SourceNode same = merging.target().child(child.name());
            if (child.isDeleted()) {
                if (same != null) {
                    delete(same);
                }
            } else if (same == null) {
                merging.target().add(child);
            } else {
                open.push(begin(same, child));
            }
        }
    }

    /** Merges all but the children. */
    private Merging begin(SourceNode target, SourceNode definition) {
        target.setDeleted(false);
        definition.setMerged();
        for (String label : definition.labels().present()) {
            addLabel(target, label);
        }
        for (SourceProperty property : definition.properties()) {
            SourceProperty same = target.find(property.name());
            if (property.isDeleted()) {
                if (same != null) {
                    same.delete();
                }
            } else if (same == null) {
                target.add(property);
            } else {
                same.replace(property);
            }
        }
        return new Merging(target, definition.children().iterator());
    }
}
