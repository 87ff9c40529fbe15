package io.kexec4j.fdt;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The first entry of each name, of entries that are linked in a {@link NamedList}. It follows additions and removals at the
 * cost of the change: only if the first of several goes, the next one of its name is looked for behind it.
 */
final class FirstByName<E extends NamedList.Entry<E>> {
    private final Function<E, String> nameOf;
    private final Map<String, E> first;

    /** How many more there are of the names that several have. */
    private final Map<String, Integer> others = new HashMap<>();

    /** Indexes an entry and all behind it. */
    FirstByName(@Nullable E start, int size, Function<E, String> nameOf) {
        this.nameOf = nameOf;
        this.first = new HashMap<>(size * 2);
        for (E entry = start; entry != null; entry = entry.next) {
            append(entry);
        }
    }

    @Nullable
    E find(String name) {
        return first.get(name);
    }

    /** After an entry has been linked; returns false if that makes this index useless. */
    boolean added(E entry) {
        String name = nameOf.apply(entry);
        E known = first.get(name);
        if (known == null || entry.next == null) {
            append(entry);
            return true;
        }
        if (entry.next == known) {
            first.put(name, entry);
            others.merge(name, 1, Integer::sum);
            return true;
        }
        // Which of the two is first cannot be told without a search.
        return false;
    }

    private void append(E entry) {
        String name = nameOf.apply(entry);
        if (first.putIfAbsent(name, entry) != null) {
            others.merge(name, 1, Integer::sum);
        }
    }

    /** Before an entry is unlinked. */
    void removed(E entry) {
        String name = nameOf.apply(entry);
        Integer more = others.get(name);
        if (more == null) {
            first.remove(name);
            return;
        }
        if (more == 1) {
            others.remove(name);
        } else {
            others.put(name, more - 1);
        }
        if (first.get(name) == entry) {
            E next = entry.next;
            while (next != null && !nameOf.apply(next).equals(name)) {
                next = next.next;
            }
            if (next != null) {
                first.put(name, next);
            }
        }
    }
}
