package io.kexec4j.boot.ppc64;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings nodes of the running kernel's tree into another, in which phandles stay unique and name what they named. Nodes that are there
 * already keep their phandle, since others may refer to them; a new one keeps its own if that is free.
 */
final class LiveNodes {
    /** The last is that of nodes that a hypervisor has added to a running machine. */
    private static final List<String> PHANDLES = List.of("phandle", "linux,phandle", "ibm,phandle");

    /** By which CPUs and caches refer to the next cache. */
    private static final List<String> REFERENCES = List.of("l2-cache", "l3-cache", "next-level-cache");

    private final EditableTree tree;
    private final Fdt live;
    private final Set<Integer> phandles = new HashSet<>();
    private int lastPhandle;

    /** Nodes whose references are still those of the live tree. */
    private final Deque<EditableNode> unresolved = new ArrayDeque<>();

    LiveNodes(EditableTree tree, Fdt live) {
        this.tree = tree;
        this.live = live;
        tree.all().forEach(node -> phandle(node).ifPresent(phandles::add));
    }

    /** Gives a node one property of another, or takes it away if that has none; says whether this changed anything. */
    static boolean align(EditableNode node, Node source, String property) {
        Optional<PropertyValue> value = source.property(property);
        boolean isDifferent = !node.property(property).equals(value);
        if (isDifferent) {
            value.ifPresentOrElse(present -> node.set(property, own(present)), () -> node.unset(property));
        }
        return isDifferent;
    }

    /** Gives a node the properties of another; says whether this changed anything. */
    boolean update(EditableNode node, Node source) throws FdtException {
        boolean isDifferent = false;
        List<String> names =
                new ArrayList<>(node.properties().stream().map(Property::name).toList());
        for (Property property : source.properties()) {
            verifyName(property.name(), source);
            names.add(property.name());
        }
        for (String name : names) {
            if (!PHANDLES.contains(name)) {
                isDifferent |= align(node, source, name) && !REFERENCES.contains(name);
            }
        }
        unresolved.add(node);
        return isDifferent;
    }

    /** Adds a node, with all below it, to a node that has none of its name. */
    EditableNode copy(EditableNode parent, Node source) throws FdtException {
        verifyName(source.name(), source);
        EditableNode copy = parent.addCopy(source);
        for (EditableNode node : withAllBelow(copy)) {
            Optional<Integer> phandle = phandle(node);
            if (phandle.isPresent() && !phandles.add(phandle.get())) {
                renumber(node);
            }
            unresolved.add(node);
        }
        return copy;
    }

    /** Any blob can be claimed to be a live tree. */
    private static void verifyName(String name, Node source) throws FdtException {
        if (name.isEmpty()) {
            throw FdtException.in(FdtError.BADVALUE, source.path(), "nodes below the root and properties have names");
        }
    }

    void remove(EditableNode node) {
        withAllBelow(node).forEach(each -> phandle(each).ifPresent(phandles::remove));
        node.remove();
    }

    /** Turns the references in all nodes that were updated or copied into those of their new tree, with the nodes that they need. */
    void resolve() throws FdtException {
        while (!unresolved.isEmpty()) {
            EditableNode node = unresolved.remove();
            for (String reference : REFERENCES) {
                Optional<PropertyValue> value = node.property(reference);
                if (value.isPresent() && value.get().size() == Integer.BYTES) {
                    Optional<Integer> phandle = resolve(value.get().intAt(0));
                    phandle.ifPresent(number -> node.set(reference, PropertyValue.ofCells(number)));
                }
            }
        }
    }

    private Optional<Integer> resolve(int reference) throws FdtException {
        Optional<? extends Node> source = live.nodeByPhandle(reference);
        if (source.isEmpty() || source.get().parent().isEmpty()) {
            return Optional.empty();
        }
        Optional<EditableNode> parent = tree.node(source.get().parent().get().path());
        if (parent.isEmpty()) {
            return Optional.empty();
        }
        Optional<EditableNode> same = parent.get().child(source.get().name());
        return phandle(same.isPresent() ? same.get() : copy(parent.get(), source.get()));
    }

    private void renumber(EditableNode node) {
        do {
            lastPhandle++;
        } while (!phandles.add(lastPhandle));
        for (String name : PHANDLES) {
            if (node.property(name).isPresent()) {
                node.set(name, PropertyValue.ofCells(lastPhandle));
            }
        }
    }

    private static Optional<Integer> phandle(Node node) {
        return node.phandle()
                .or(() -> node.property("ibm,phandle")
                        .filter(value -> value.size() == Integer.BYTES)
                        .map(value -> value.intAt(0)));
    }

    private static List<EditableNode> withAllBelow(EditableNode top) {
        List<EditableNode> nodes = new ArrayList<>(List.of(top));
        for (int i = 0; i < nodes.size(); i++) {
            nodes.addAll(nodes.get(i).children());
        }
        return nodes;
    }

    private static PropertyValue own(PropertyValue value) {
        return PropertyValue.of(value.toByteArray());
    }
}
