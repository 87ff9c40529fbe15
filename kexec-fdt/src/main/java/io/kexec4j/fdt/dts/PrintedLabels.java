package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The labels that {@code /__symbols__} gives to nodes. */
final class PrintedLabels {
    private final Map<Node, List<String>> labels = new HashMap<>();
    private final Set<String> given = new HashSet<>();

    private PrintedLabels() {}

    static PrintedLabels none() {
        return new PrintedLabels();
    }

    static PrintedLabels of(DeviceTree tree) {
        PrintedLabels labels = new PrintedLabels();
        tree.root().child("__symbols__").ifPresent(symbols -> {
            for (Property symbol : symbols.properties()) {
                labels.add(tree, symbol);
            }
        });
        return labels;
    }

    private void add(DeviceTree tree, Property symbol) {
        if (Characters.isLabel(symbol.name())) {
            Optional<? extends Node> node = path(symbol.value()).flatMap(tree::node);
            if (node.isPresent() && given.add(symbol.name())) {
                labels.computeIfAbsent(node.get(), key -> new ArrayList<>(1)).add(symbol.name());
            }
        }
    }

    private static Optional<String> path(PropertyValue value) {
        String text = new String(value.toByteArray(), StandardCharsets.ISO_8859_1);
        boolean isPath = text.startsWith("/") && text.indexOf('\0') == text.length() - 1;
        return isPath ? Optional.of(text.substring(0, text.length() - 1)) : Optional.empty();
    }

    List<String> of(Node node) {
        return labels.getOrDefault(node, List.of());
    }

    boolean has(String label) {
        return given.contains(label);
    }
}
