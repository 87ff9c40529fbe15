package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.Node;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Whether nodes are the same, with all below them and in the same order. */
final class SameNodes {
    private record Pair(Node one, Node other) {}

    private SameNodes() {}

    static boolean areSame(List<? extends Node> some, List<? extends Node> others) {
        Deque<Pair> open = new ArrayDeque<>();
        boolean same = pushAll(some, others, open);
        while (same && !open.isEmpty()) {
            Pair pair = open.pop();
            same = pair.one().name().equals(pair.other().name())
                    && pair.one().properties().equals(pair.other().properties())
                    && pushAll(pair.one().children(), pair.other().children(), open);
        }
        return same;
    }

    private static boolean pushAll(List<? extends Node> some, List<? extends Node> others, Deque<Pair> open) {
        if (some.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            open.push(new Pair(some.get(i), others.get(i)));
        }
        return true;
    }
}
