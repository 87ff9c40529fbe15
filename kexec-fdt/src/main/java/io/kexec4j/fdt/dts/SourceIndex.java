package io.kexec4j.fdt.dts;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds the children or the properties of a node by their names. Of several of a name, only the first ever comes back. */
final class SourceIndex<T> {
    private final Predicate<T> isDeleted;
    private final Map<String, T> first = new HashMap<>();
    private final Map<String, Deque<T>> others = new HashMap<>();

    SourceIndex(Predicate<T> isDeleted) {
        this.isDeleted = isDeleted;
    }

    void add(String name, T each) {
        if (first.putIfAbsent(name, each) != null) {
            others.computeIfAbsent(name, key -> new ArrayDeque<>(1)).add(each);
        }
    }

    /** The first of a name, deleted or not. */
    @Nullable
    T find(String name) {
        return first.get(name);
    }

    /** The first of a name that is not deleted. */
    @Nullable
    T present(String name) {
        T found = first.get(name);
        if (found == null || !isDeleted.test(found)) {
            return found;
        }
        Deque<T> later = others.get(name);
        while (later != null && !later.isEmpty() && isDeleted.test(later.element())) {
            later.remove();
        }
        return later == null ? null : later.peek();
    }
}
