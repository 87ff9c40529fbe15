package io.kexec4j.fdt.diff;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Which things of two lists belong together: those of the same key. Of several with the same key, the first belongs to the
 * first, the second to the second.
 *
 * @param common the pairs, in the order of the first list
 * @param removed what only the first list has, in order
 * @param added what only the second list has, in order
 * @param before the keys of the pairs, in the order of the first list
 * @param after the keys of the pairs, in the order of the second list
 */
record Pairing<T, K>(List<Pair<T>> common, List<T> removed, List<T> added, List<K> before, List<K> after) {
    record Pair<T>(T before, T after) {}

    static <T, K> Pairing<T, K> of(List<? extends T> before, List<? extends T> after, Function<T, K> key) {
        Map<K, Deque<Integer>> places = new HashMap<>();
        for (int i = 0; i < after.size(); i++) {
            places.computeIfAbsent(key.apply(after.get(i)), unused -> new ArrayDeque<>(1))
                    .add(i);
        }
        Pairing<T, K> pairing = new Pairing<>(
                new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Set<Integer> taken = new HashSet<>();
        for (T one : before) {
            Deque<Integer> same = places.getOrDefault(key.apply(one), new ArrayDeque<>(0));
            if (same.isEmpty()) {
                pairing.removed.add(one);
            } else {
                int place = same.remove();
                taken.add(place);
                pairing.common.add(new Pair<>(one, after.get(place)));
                pairing.before.add(key.apply(one));
            }
        }
        for (int i = 0; i < after.size(); i++) {
            if (taken.contains(i)) {
                pairing.after.add(key.apply(after.get(i)));
            } else {
                pairing.added.add(after.get(i));
            }
        }
        return pairing;
    }

    boolean isReordered() {
        return !before.equals(after);
    }
}
