package io.kexec4j.fdt.diff;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is different in two trees. What their blobs look like does not matter: their version, their size, the order of their
 * blocks, padding.
 *
 * <pre>{@code
 * TreeDiff diff = TreeDiff.between(Fdt.read(before), Fdt.read(after));
 * if (!diff.isEmpty()) {
 *     System.out.print(diff);
 * }
 * }</pre>
 *
 * <p>Nodes, and properties of a node, belong together if they have the same name; where a malformed tree has several of a
 * name, the first is compared with the first, and so on. A node that moved or was renamed is one that was removed and one
 * that was added.
 *
 * @param differences what is different: reservations and the boot CPU first, then nodes, each before those below it
 */
public record TreeDiff(List<Difference> differences) {
    /**
     * Creates a list of differences.
     *
     * @param differences what is different
     */
    public TreeDiff {
        differences = List.copyOf(differences);
    }

    /**
     * {@return what is different in two trees, whatever the order of nodes, properties and reservations}
     *
     * @param before the first tree
     * @param after the second tree
     */
    public static TreeDiff between(DeviceTree before, DeviceTree after) {
        return between(before, after, Order.IGNORED);
    }

    /**
     * {@return what is different in two trees}
     *
     * @param before the first tree
     * @param after the second tree
     * @param order whether another order of nodes, properties and reservations is a difference
     */
    public static TreeDiff between(DeviceTree before, DeviceTree after, Order order) {
        Comparison comparison = new Comparison(order);
        comparison.compareReservations(before.reservations(), after.reservations());
        if (before.bootCpuid() != after.bootCpuid()) {
            comparison.found.add(new Difference.BootCpuidChanged(before.bootCpuid(), after.bootCpuid()));
        }
        comparison.compareNodes(before.root(), after.root());
        return new TreeDiff(comparison.found);
    }

    /**
     * {@return whether nothing is different}
     */
    public boolean isEmpty() {
        return differences.isEmpty();
    }

    /**
     * {@return the differences, one a line: + is what only the second tree has, - what only the first has, ~ what both have in
     * different ways}
     */
    @Override
    public String toString() {
        return differences.stream().map(difference -> difference + "\n").collect(Collectors.joining());
    }

    /** A comparison, and what it has found. */
    private static final class Comparison {
        private final Order order;
        private final List<Difference> found = new ArrayList<>();

        /** Two nodes of the same path that are still to be compared. */
        private record Open(@Nullable Open parent, Node before, Node after) {
            /** Made only where something is different: of a deep tree, all paths are long. */
            String path() {
                List<String> names = new ArrayList<>();
                Open at = this;
                for (Open above = at.parent; above != null; above = at.parent) {
                    names.add(at.before.name());
                    at = above;
                }
                Collections.reverse(names);
                return '/' + String.join("/", names);
            }

            String pathOf(Node child) {
                return (parent == null ? "" : path()) + '/' + child.name();
            }
        }

        Comparison(Order order) {
            this.order = order;
        }

        void compareReservations(List<MemoryReservation> before, List<MemoryReservation> after) {
            Pairing<MemoryReservation, MemoryReservation> pairing = Pairing.of(before, after, each -> each);
            pairing.removed().forEach(each -> found.add(new Difference.ReservationRemoved(each)));
            pairing.added().forEach(each -> found.add(new Difference.ReservationAdded(each)));
            if (isReordered(pairing)) {
                found.add(new Difference.ReservationsReordered(pairing.before(), pairing.after()));
            }
        }

        /** A stack of what is open takes the place of recursion. */
        void compareNodes(Node before, Node after) {
            Deque<Open> open = new ArrayDeque<>(List.of(new Open(null, before, after)));
            while (!open.isEmpty()) {
                Open nodes = open.pop();
                compareProperties(nodes);
                Pairing<Node, String> pairing =
                        Pairing.of(nodes.before().children(), nodes.after().children(), Node::name);
                pairing.removed().forEach(each -> found.add(new Difference.NodeRemoved(nodes.pathOf(each), each)));
                pairing.added().forEach(each -> found.add(new Difference.NodeAdded(nodes.pathOf(each), each)));
                if (isReordered(pairing)) {
                    found.add(new Difference.NodesReordered(nodes.path(), pairing.before(), pairing.after()));
                }
                for (int i = pairing.common().size() - 1; i >= 0; i--) {
                    Pairing.Pair<Node> pair = pairing.common().get(i);
                    open.push(new Open(nodes, pair.before(), pair.after()));
                }
            }
        }

        private void compareProperties(Open nodes) {
            Pairing<Property, String> pairing =
                    Pairing.of(nodes.before().properties(), nodes.after().properties(), Property::name);
            for (Property each : pairing.removed()) {
                found.add(new Difference.PropertyRemoved(nodes.path(), each.name(), each.value()));
            }
            for (Property each : pairing.added()) {
                found.add(new Difference.PropertyAdded(nodes.path(), each.name(), each.value()));
            }
            for (Pairing.Pair<Property> pair : pairing.common()) {
                if (!pair.before().equals(pair.after())) {
                    found.add(new Difference.PropertyChanged(
                            nodes.path(),
                            pair.before().name(),
                            pair.before().value(),
                            pair.after().value()));
                }
            }
            if (isReordered(pairing)) {
                found.add(new Difference.PropertiesReordered(nodes.path(), pairing.before(), pairing.after()));
            }
        }

        private boolean isReordered(Pairing<?, ?> pairing) {
            return order == Order.COMPARED && pairing.isReordered();
        }
    }
}
