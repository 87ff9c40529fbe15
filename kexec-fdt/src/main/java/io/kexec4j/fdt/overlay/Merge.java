package io.kexec4j.fdt.overlay;

import static io.kexec4j.fdt.FdtError.BADOVERLAY;
import static io.kexec4j.fdt.FdtError.BADPATH;
import static io.kexec4j.fdt.FdtError.BADPHANDLE;
import static io.kexec4j.fdt.FdtError.NOTFOUND;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/** Merges the fragments of one overlay into a base. New nodes are moved there, not copied. */
final class Merge {
    private final Base base;
    private final PhandleEdits edits;
    private final Map<EditableNode, EditableNode> targets = new HashMap<>();

    /** What nodes of the overlay have become that were not moved. */
    private final Map<EditableNode, EditableNode> becameOther = new HashMap<>();

    /** The phandles that nodes of the overlay lost, because they became nodes that had others. */
    private final Map<Integer, Integer> replacedPhandles = new HashMap<>();

    /** In the order of the overlay: of two nodes that become one, the later one has the last word. */
    private final Queue<Pair> open = new ArrayDeque<>();

    /** A node of the overlay and the node that it is merged into. */
    private record Pair(EditableNode source, EditableNode target) {}

    Merge(Base base, PhandleEdits edits) {
        this.base = base;
        this.edits = edits;
    }

    /** The target of each fragment so far. */
    Map<EditableNode, EditableNode> targets() {
        return Collections.unmodifiableMap(targets);
    }

    /** The node of the base that a node of a fragment is now. */
    EditableNode merged(EditableNode node) {
        return becameOther.getOrDefault(node, node);
    }

    /** What phandles of nodes of the overlay have been replaced by. */
    Map<Integer, Integer> replacedPhandles() {
        return Collections.unmodifiableMap(replacedPhandles);
    }

    /** Merges the {@code __overlay__} of a fragment, which must be there, into its target. */
    void apply(EditableNode fragment) throws FdtException {
        EditableNode target = target(fragment);
        targets.put(fragment, target);
        open.add(new Pair(fragment.child(OverlayNames.OVERLAY).orElseThrow(), target));
        while (!open.isEmpty()) {
            Pair pair = open.remove();
            becameOther.put(pair.source, pair.target);
            mergeProperties(pair.source, pair.target);
            mergeChildren(pair.source, pair.target);
        }
    }

    private void mergeProperties(EditableNode source, EditableNode target) {
        Optional<Integer> kept = target.phandle();
        if (kept.isPresent()) {
            source.phandle().ifPresent(lost -> replacedPhandles.putIfAbsent(lost, kept.get()));
        }
        for (Property property : source.properties()) {
            boolean keeps = kept.isPresent() && OverlayNames.isPhandle(property.name());
            target.set(property.name(), keeps ? PropertyValue.ofCells(kept.get()) : property.value());
            edits.move(source, property.name(), target);
        }
        base.registerOnly(target);
    }

    private void mergeChildren(EditableNode source, EditableNode target) {
        List<EditableNode> children = source.children();
        List<Optional<EditableNode>> there = new ArrayList<>(children.size());
        // Before any is added: a new "a" is not the same as a new "a@1".
        children.forEach(child -> there.add(Lookup.child(target, child.name())));
        for (int i = 0; i < children.size(); i++) {
            EditableNode child = children.get(i);
            if (there.get(i).isPresent()) {
                open.add(new Pair(child, there.get(i).get()));
            } else {
                child.moveTo(target);
                base.register(child);
            }
        }
    }

    private EditableNode target(EditableNode fragment) throws FdtException {
        Optional<PropertyValue> target = fragment.property(OverlayNames.TARGET);
        if (target.isPresent()) {
            PropertyValue value = target.get();
            verify(
                    value.size() == Integer.BYTES,
                    BADPHANDLE,
                    fragment,
                    "its target is a phandle of 4 bytes, and not " + value.size() + " bytes");
            int phandle = value.intAt(0);
            verify(phandle != -1, BADPHANDLE, fragment, "its target was never resolved: no fixup is about it");
            if (phandle != 0) {
                return byPhandle(fragment, phandle);
            }
        }
        return byPath(fragment);
    }

    private EditableNode byPhandle(EditableNode fragment, int phandle) throws FdtException {
        return base.byPhandle(phandle)
                .or(() -> base.byPhandle(replacedPhandles.getOrDefault(phandle, phandle)))
                .orElseThrow(() -> error(
                        NOTFOUND,
                        fragment,
                        OverlayNames.TARGET,
                        "its target, phandle " + Integer.toUnsignedString(phandle) + ", does not exist"));
    }

    private EditableNode byPath(EditableNode fragment) throws FdtException {
        PropertyValue value = fragment.property(OverlayNames.TARGET_PATH)
                .orElseThrow(() -> FdtException.in(
                        BADOVERLAY, fragment.path(), rule(fragment, "it has neither a target nor a target-path")));
        String path = Texts.first(value)
                .orElseThrow(() -> error(
                        BADOVERLAY, fragment, OverlayNames.TARGET_PATH, "its target-path does not end with a NUL"));
        if (!Lookup.isPath(base.tree(), path)) {
            throw error(
                    BADPATH,
                    fragment,
                    OverlayNames.TARGET_PATH,
                    "its target-path neither begins with a / nor with an alias: \"" + path + '"');
        }
        return Lookup.find(base.tree(), path)
                .orElseThrow(() -> error(
                        NOTFOUND, fragment, OverlayNames.TARGET_PATH, "its target-path, " + path + ", does not exist"));
    }

    private static void verify(boolean condition, FdtError error, EditableNode fragment, String rule)
            throws FdtException {
        if (!condition) {
            throw error(error, fragment, OverlayNames.TARGET, rule);
        }
    }

    private static FdtException error(FdtError error, EditableNode fragment, String property, String rule) {
        return FdtException.in(error, fragment.path(), property, rule(fragment, rule));
    }

    private static String rule(EditableNode fragment, String rule) {
        return "fragment " + fragment.name() + ": " + rule;
    }
}
