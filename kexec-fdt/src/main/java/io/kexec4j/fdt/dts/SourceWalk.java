package io.kexec4j.fdt.dts;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** A node and all below it that are not deleted, each before its children. One may delete a node when it is given. */
final class SourceWalk implements Iterator<SourceNode> {
    private final Deque<Iterator<SourceNode>> open = new ArrayDeque<>();
    private @Nullable SourceNode next;
    private @Nullable SourceNode last;

    SourceWalk(SourceNode top) {
        open.push(List.of(top).iterator());
    }

    @Override
    public boolean hasNext() {
        if (last != null) {
            open.push(last.children().iterator());
            last = null;
        }
        while (next == null && !open.isEmpty()) {
            if (open.element().hasNext()) {
                SourceNode node = open.element().next();
                next = node.isDeleted() ? null : node;
            } else {
                open.pop();
            }
        }
        return next != null;
    }

    @Override
    public SourceNode next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        SourceNode node = next;
        last = node;
        next = null;
        return node;
    }
}
