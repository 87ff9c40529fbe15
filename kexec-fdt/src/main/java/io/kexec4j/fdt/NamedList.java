package io.kexec4j.fdt;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Children or properties of an editable node: linked to each other, so that adding and removing cost the same anywhere, and
 * once there are more than a few, found through an index of their names. Several may have the same name; the first is
 * found.
 */
final class NamedList<E extends NamedList.Entry<E>> {
    private static final int FEW = 8;

    private @Nullable E first;
    private @Nullable E last;
    private int size;

    /** The first of each name; null if there are few, or if it must be made again. */
    private @Nullable FirstByName<E> index;

    /** What can be in a list: in one at a time. */
    abstract static class Entry<E extends Entry<E>> {
        String name;

        @Nullable
        E previous;

        @Nullable
        E next;

        Entry(String name) {
            this.name = name;
        }
    }

    int size() {
        return size;
    }

    @Nullable
    E first() {
        return first;
    }

    List<E> toList() {
        List<E> list = new ArrayList<>(size);
        for (E entry = first; entry != null; entry = entry.next) {
            list.add(entry);
        }
        return list;
    }

    @Nullable
    E find(String name) {
        if (size > FEW) {
            return index().find(name);
        }
        E entry = first;
        while (entry != null && !entry.name.equals(name)) {
            entry = entry.next;
        }
        return entry;
    }

    /** Adds an entry before another, or at the end. */
    void insert(E entry, @Nullable E before) {
        E after = before == null ? last : before.previous;
        entry.previous = after;
        entry.next = before;
        if (after == null) {
            first = entry;
        } else {
            after.next = entry;
        }
        if (before == null) {
            last = entry;
        } else {
            before.previous = entry;
        }
        size++;
        if (index != null && !index.added(entry)) {
            index = null;
        }
    }

    void remove(E entry) {
        if (index != null) {
            index.removed(entry);
        }
        if (entry.previous == null) {
            first = entry.next;
        } else {
            entry.previous.next = entry.next;
        }
        if (entry.next == null) {
            last = entry.previous;
        } else {
            entry.next.previous = entry.previous;
        }
        entry.previous = null;
        entry.next = null;
        size--;
    }

    private FirstByName<E> index() {
        FirstByName<E> made = index;
        if (made == null) {
            made = new FirstByName<>(first, size, entry -> entry.name);
            index = made;
        }
        return made;
    }
}
