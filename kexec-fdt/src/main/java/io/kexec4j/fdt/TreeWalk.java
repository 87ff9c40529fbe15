package io.kexec4j.fdt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** All nodes below one, and itself, in tree order; without recursion, however deep. */
final class TreeWalk implements Iterator<Node> {
    private final Deque<Iterator<? extends Node>> open = new ArrayDeque<>();

    TreeWalk(Node root) {
        open.push(List.of(root).iterator());
    }

    @Override
    public boolean hasNext() {
        while (!open.isEmpty() && !open.peek().hasNext()) {
            open.pop();
        }
        return !open.isEmpty();
    }

    @Override
    public Node next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Node node = open.element().next();
        open.push(node.children().iterator());
        return node;
    }
}
