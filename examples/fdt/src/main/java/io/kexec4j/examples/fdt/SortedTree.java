package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;

/** A tree with everything in the order of its name, so that two can be compared line by line: dtc's -s. */
final class SortedTree {
    private record Pair(Node from, EditableNode to) {}

    private SortedTree() {}

    /** A sorted copy of a tree in which no two siblings have the same name. */
    static EditableTree of(EditableTree tree) {
        EditableTree sorted = EditableTree.empty();
        sorted.setBootCpuid(tree.bootCpuid());
        sorted.setReservations(tree.reservations().stream()
                .sorted(Comparator.comparing(MemoryReservation::address, Long::compareUnsigned)
                        .thenComparing(MemoryReservation::size, Long::compareUnsigned))
                .toList());
        Deque<Pair> open = new ArrayDeque<>();
        open.push(new Pair(tree.root(), sorted.root()));
        while (!open.isEmpty()) {
            Pair next = open.pop();
            next.from().properties().stream()
                    .sorted(Comparator.comparing(Property::name))
                    .forEach(property -> next.to().set(property.name(), property.value()));
            next.from().children().stream()
                    .sorted(Comparator.comparing(Node::name))
                    .forEach(child -> open.push(new Pair(child, next.to().add(child.name()))));
        }
        return sorted;
    }
}
