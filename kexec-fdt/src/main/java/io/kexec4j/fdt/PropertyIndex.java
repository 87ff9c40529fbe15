package io.kexec4j.fdt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The nodes by the properties they have. What is asked for is indexed at the first question, and forgotten when a
 * property of that name changes.
 */
final class PropertyIndex<N extends Node> {
    private final Supplier<List<N>> all;
    private final Map<String, ByName<N>> byName = new ConcurrentHashMap<>();

    /** What nodes have one property. */
    private record ByName<N>(List<N> nodes, Map<PropertyValue, List<N>> byValue, Map<String, List<N>> byString) {}

    /**
     * Begins an index.
     *
     * @param all gives all nodes in tree order
     */
    PropertyIndex(Supplier<List<N>> all) {
        this.all = all;
    }

    List<N> with(String property) {
        return byName(property).nodes();
    }

    List<N> with(String property, PropertyValue value) {
        return byName(property).byValue().getOrDefault(value, List.of());
    }

    /** The nodes in which the property is a list of strings with this one. */
    List<N> listing(String property, String string) {
        return byName(property).byString().getOrDefault(string, List.of());
    }

    void forget(String property) {
        byName.remove(property);
    }

    void forgetAll() {
        byName.clear();
    }

    private ByName<N> byName(String property) {
        return byName.computeIfAbsent(property, this::index);
    }

    private ByName<N> index(String property) {
        List<N> nodes = new ArrayList<>();
        Map<PropertyValue, List<N>> byValue = new HashMap<>();
        Map<String, List<N>> byString = new LinkedHashMap<>();
        for (N node : all.get()) {
            PropertyValue value = node.property(property).orElse(null);
            if (value != null) {
                nodes.add(node);
                byValue.computeIfAbsent(value, v -> new ArrayList<>()).add(node);
                StringLists.elements(value).stream()
                        .distinct()
                        .forEach(string -> byString.computeIfAbsent(string, s -> new ArrayList<>())
                                .add(node));
            }
        }
        byValue.replaceAll((value, list) -> List.copyOf(list));
        byString.replaceAll((value, list) -> List.copyOf(list));
        return new ByName<>(List.copyOf(nodes), byValue, byString);
    }
}
