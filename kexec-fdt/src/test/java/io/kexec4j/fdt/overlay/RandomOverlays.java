package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Well-formed bases and overlays for them. Names come from so small a set that much of an overlay meets what is there; none
 * lacks a unit address that another has, since libfdt has its own view of those.
 */
final class RandomOverlays {
    private static final int CELLS = 4;

    private final Random random;
    private int labels;

    RandomOverlays(long seed) {
        this.random = new Random(seed);
    }

    EditableTree base() {
        EditableTree tree = EditableTree.empty();
        List<EditableNode> nodes = new ArrayList<>(List.of(tree.root()));
        for (int count = random.nextInt(30); count > 0; count--) {
            EditableNode node = pick(nodes).childOrAdd(nodeName());
            fill(node);
            nodes.add(node);
        }
        for (EditableNode node : nodes) {
            if (random.nextInt(5) == 0) {
                String name = random.nextInt(4) == 0 ? "linux,phandle" : "phandle";
                int phandle = 1 + random.nextInt(1_000_000);
                node.set(name, PropertyValue.ofCells(phandle));
            }
        }
        Map<String, EditableNode> symbols = new LinkedHashMap<>();
        nodes.stream().filter(node -> random.nextInt(3) == 0).forEach(node -> symbols.put(label(), node));
        Symbols.add(tree, symbols);
        return tree;
    }

    /** An overlay that fits a tree. */
    EditableTree overlay(DeviceTree base) {
        List<String> known = List.copyOf(Symbols.read(base).keySet());
        List<Node> baseNodes = base.nodes()
                .filter(node -> !node.path().startsWith("/__symbols__"))
                .toList();
        OverlayBuilder builder = new OverlayBuilder();
        Set<EditableNode> all = new LinkedHashSet<>();
        List<EditableNode> fresh = new ArrayList<>();
        for (int count = random.nextInt(6); count > 0; count--) {
            EditableNode top = fragment(builder, known, baseNodes, fresh);
            List<EditableNode> content = new ArrayList<>(List.of(top));
            fill(top);
            for (int size = random.nextInt(6); size > 0; size--) {
                EditableNode node = pick(content).childOrAdd(nodeName());
                fill(node);
                content.add(node);
            }
            // One that no base has, so that a later fragment can have it as its target.
            EditableNode added = pick(content).add("new" + labels++);
            fresh.add(added);
            content.add(added);
            all.addAll(content);
        }
        List<EditableNode> nodes = List.copyOf(all);
        nodes.forEach(node -> refer(builder, node, known, nodes));
        nodes.stream().filter(node -> random.nextInt(4) == 0).forEach(node -> builder.label(label(), node));
        return builder.build();
    }

    private EditableNode fragment(
            OverlayBuilder builder, List<String> known, List<Node> baseNodes, List<EditableNode> fresh) {
        int kind = random.nextInt(3);
        if (kind == 0 && !known.isEmpty()) {
            return builder.fragment(pick(known));
        }
        if (kind == 1 && !fresh.isEmpty()) {
            return builder.fragment(pick(fresh));
        }
        return builder.fragmentAt(pick(baseNodes).path());
    }

    /** Makes some cells of a node references. */
    private void refer(OverlayBuilder builder, EditableNode node, List<String> known, List<EditableNode> nodes) {
        if (random.nextInt(3) == 0) {
            return;
        }
        String property = "refs" + random.nextInt(3);
        int size = CELLS * Integer.BYTES + random.nextInt(4);
        node.set(property, PropertyValue.of(bytes(size)));
        // Not all aligned, but none over another.
        for (int at = random.nextInt(4); at + Integer.BYTES <= size; at += Integer.BYTES) {
            if (random.nextBoolean() && !known.isEmpty()) {
                builder.reference(node, property, at, pick(known));
            } else if (random.nextBoolean()) {
                builder.reference(node, property, at, pick(nodes));
            }
        }
    }

    private void fill(EditableNode node) {
        for (int count = random.nextInt(3); count > 0; count--) {
            node.set("p" + random.nextInt(5), PropertyValue.of(bytes(random.nextInt(9))));
        }
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private String nodeName() {
        int number = random.nextInt(4);
        return random.nextBoolean() ? "n" + number : "u" + number + "@" + random.nextInt(2);
    }

    private String label() {
        return "label" + labels++;
    }

    private <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
