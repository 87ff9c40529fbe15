package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds an overlay in Java, as dtc does from source with {@code /plugin/}:
 *
 * <pre>{@code
 * OverlayBuilder overlay = new OverlayBuilder();
 * EditableNode uart = overlay.fragment("uart0");
 * uart.set("status", PropertyValue.ofStrings("okay"));
 * uart.set("clocks", PropertyValue.ofCells(0, 3));
 * overlay.reference(uart, "clocks", 0, "osc");     // clocks = <&osc 3>
 * EditableTree tree = overlay.build();
 * }</pre>
 *
 * <p>A reference overwrites 4 bytes of a property that must be there when the overlay is built. Phandles and /__fixups__,
 * /__local_fixups__ and /__symbols__ are made by {@link #build()}.
 */
public final class OverlayBuilder {
    private final EditableTree tree = EditableTree.empty();
    private final List<Labelled> labelled = new ArrayList<>();
    private final List<Local> local = new ArrayList<>();
    private final Map<String, EditableNode> labels = new LinkedHashMap<>();
    private int fragments;

    /** A reference to a label of the base. */
    private record Labelled(EditableNode node, String property, int offset, String label) {}

    /** A reference to a node of the overlay. */
    private record Local(EditableNode node, String property, int offset, EditableNode target) {}

    /** Begins an overlay without fragments. */
    public OverlayBuilder() {}

    /**
     * {@return the content of a new fragment, to be filled: what changes in the node that has a label}
     *
     * @param label the label, a name in /__symbols__ of the base
     * @throws IllegalArgumentException if it cannot be a label
     */
    public EditableNode fragment(String label) {
        Symbols.checkLabel(label);
        EditableNode fragment = newFragment();
        fragment.set(OverlayNames.TARGET, PropertyValue.ofCells(-1));
        labelled.add(new Labelled(fragment, OverlayNames.TARGET, 0, label));
        return fragment.add(OverlayNames.OVERLAY);
    }

    /**
     * {@return the content of a new fragment, to be filled: what changes in a node that this overlay makes in an earlier
     * fragment}
     *
     * @param target the node
     * @throws IllegalArgumentException if the node is not part of this overlay
     */
    public EditableNode fragment(EditableNode target) {
        Symbols.checkInside(tree, target);
        EditableNode fragment = newFragment();
        fragment.set(OverlayNames.TARGET, PropertyValue.ofCells(-1));
        local.add(new Local(fragment, OverlayNames.TARGET, 0, target));
        return fragment.add(OverlayNames.OVERLAY);
    }

    /**
     * {@return the content of a new fragment, to be filled: what changes in the node at a path}
     *
     * @param path the path in the base, or in what earlier fragments make of it
     * @throws IllegalArgumentException if it is no path: it begins with a '/', and its characters are up to 0xff, without NUL
     */
    public EditableNode fragmentAt(String path) {
        if (!path.startsWith("/") || !path.chars().allMatch(c -> c > 0 && c < 0x100)) {
            throw new IllegalArgumentException("a path begins with a / and has no NUL: \"" + path + '"');
        }
        EditableNode fragment = newFragment();
        fragment.set(OverlayNames.TARGET_PATH, Texts.value(List.of(path)));
        return fragment.add(OverlayNames.OVERLAY);
    }

    /**
     * Makes 4 bytes of a property the phandle of a node of the base.
     *
     * @param node a node of this overlay
     * @param property the name of its property
     * @param offset where in the value, in bytes
     * @param label the label of the node that is referred to
     * @return this builder
     * @throws IllegalArgumentException if the node is not part of this overlay, or if the label cannot be one
     */
    public OverlayBuilder reference(EditableNode node, String property, int offset, String label) {
        Symbols.checkInside(tree, node);
        labelled.add(new Labelled(node, property, offset, Symbols.checkLabel(label)));
        return this;
    }

    /**
     * Makes 4 bytes of a property the phandle of a node of this overlay.
     *
     * @param node a node of this overlay
     * @param property the name of its property
     * @param offset where in the value, in bytes
     * @param target the node that is referred to
     * @return this builder
     * @throws IllegalArgumentException if one of the nodes is not part of this overlay
     */
    public OverlayBuilder reference(EditableNode node, String property, int offset, EditableNode target) {
        Symbols.checkInside(tree, node);
        Symbols.checkInside(tree, target);
        local.add(new Local(node, property, offset, target));
        return this;
    }

    /**
     * Gives a node a label, which the tree has once the overlay is applied.
     *
     * @param label the label
     * @param node a node of this overlay
     * @return this builder
     * @throws IllegalArgumentException if the node is not part of this overlay, if the label cannot be one, or if another node
     *     has it
     */
    public OverlayBuilder label(String label, EditableNode node) {
        Symbols.checkInside(tree, node);
        EditableNode other = labels.putIfAbsent(Symbols.checkLabel(label), node);
        if (other != null && other != node) {
            throw new IllegalArgumentException("the label " + label + " is that of " + other.path());
        }
        return this;
    }

    /**
     * {@return the overlay as it is now; the builder can be used further}
     *
     * @throws IllegalArgumentException if a property that a reference is in is not there or too short, or if a node that is
     *     referred to was removed
     */
    public EditableTree build() {
        EditableTree built = tree.copy();
        FreePhandles free = new FreePhandles(built);
        PhandleEdits edits = new PhandleEdits();
        List<LocalReference> locals = new ArrayList<>();
        for (Local reference : local) {
            LocalReference place = new LocalReference(path(reference.node), reference.property, reference.offset);
            EditableNode node = References.place(built, place.path(), place.property(), place.offset());
            int phandle = free.phandleOf(counterpart(built, reference.target));
            edits.put(node, place.property(), place.offset(), phandle);
            locals.add(place);
        }
        edits.store();
        Map<String, EditableNode> symbols = new LinkedHashMap<>();
        labels.forEach((label, node) -> symbols.put(label, counterpart(built, node)));
        Symbols.add(built, symbols);
        References.write(
                built,
                labelled.stream()
                        .map(reference -> new Reference(
                                path(reference.node), reference.property, reference.offset, reference.label))
                        .toList());
        References.writeLocal(built, locals);
        return built;
    }

    private EditableNode newFragment() {
        return tree.root().add("fragment@" + fragments++);
    }

    private String path(EditableNode node) {
        Symbols.checkInside(tree, node);
        return node.path();
    }

    private EditableNode counterpart(EditableTree copy, EditableNode node) {
        return copy.node(path(node)).orElseThrow();
    }
}
