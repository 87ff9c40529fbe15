package io.kexec4j.fdt;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The nodes by their phandles: of several with one, the first in tree order. */
final class PhandleIndex<N extends Node> {
    private final Map<Integer, N> nodes = new HashMap<>();
    private boolean ambiguous;

    /** Indexes nodes, given in tree order. */
    PhandleIndex(List<N> all) {
        for (N node : all) {
            node.phandle().ifPresent(phandle -> add(phandle, node));
        }
    }

    Optional<N> find(int phandle) {
        return Optional.ofNullable(nodes.get(phandle));
    }

    /** Whether two nodes have the same phandle, so that an edit may change which is first. */
    boolean isAmbiguous() {
        return ambiguous;
    }

    void add(int phandle, N node) {
        if (nodes.putIfAbsent(phandle, node) != null) {
            ambiguous = true;
        }
    }

    void remove(int phandle) {
        nodes.remove(phandle);
    }
}
