package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Trees to test with, and a plain way to compare them that shares nothing with the printer. */
final class Trees {
    private static final String NAME_CHARACTERS = "abcxyzABZ019,._+-";
    private static final String TEXT = "az09 \"\\/<>;'\n\t\u0007\r{}&*%";

    private Trees() {}

    /** All that a tree consists of, in order. */
    static String dump(DeviceTree tree) {
        StringBuilder text = new StringBuilder();
        text.append(tree.reservations()).append(tree.bootCpuid()).append('\n');
        tree.nodes().forEach(node -> {
            text.append(node.path()).append('\n');
            node.properties()
                    .forEach(property -> text.append("  ")
                            .append(property.name())
                            .append('=')
                            .append(HexFormat.of().formatHex(property.value().toByteArray()))
                            .append('\n'));
        });
        return text.toString();
    }

    /** A tree that a source can express, always the same one for a seed. */
    static EditableTree random(long seed) {
        Random random = new Random(seed);
        EditableTree tree = EditableTree.empty();
        for (int i = random.nextInt(3); i > 0; i--) {
            tree.reserve(new MemoryReservation(random.nextLong(), random.nextLong() | 1));
        }
        tree.setBootCpuid(random.nextInt(3));
        List<EditableNode> nodes = new ArrayList<>(List.of(tree.root()));
        for (int i = random.nextInt(30); i > 0; i--) {
            EditableNode parent = nodes.get(random.nextInt(nodes.size()));
            nodes.add(parent.childOrAdd(nodeName(random)));
        }
        int phandle = random.nextInt();
        for (EditableNode node : nodes) {
            for (int i = random.nextInt(6); i > 0; i--) {
                node.set(propertyName(random), value(random));
            }
            if (random.nextInt(4) == 0) {
                phandle = phandle == -2 ? 1 : phandle + 1;
                node.set("phandle", PropertyValue.ofCells(phandle == 0 ? ++phandle : phandle));
            }
        }
        symbols(tree, nodes, random);
        return tree;
    }

    private static void symbols(EditableTree tree, List<EditableNode> nodes, Random random) {
        if (random.nextBoolean()) {
            EditableNode symbols = tree.root().childOrAdd("__symbols__");
            for (int i = random.nextInt(5); i > 0; i--) {
                String path = nodes.get(random.nextInt(nodes.size())).path();
                symbols.set("label" + random.nextInt(9), PropertyValue.ofStrings(path));
            }
        }
    }

    private static String nodeName(Random random) {
        String name = characters(random, NAME_CHARACTERS, 1 + random.nextInt(5));
        return random.nextBoolean() ? name : name + '@' + characters(random, NAME_CHARACTERS, random.nextInt(4));
    }

    private static String propertyName(Random random) {
        String name = characters(random, NAME_CHARACTERS + "#?*", 1 + random.nextInt(8));
        return name.equals("name") ? "names" : name;
    }

    private static PropertyValue value(Random random) {
        int size = random.nextInt(20);
        return switch (random.nextInt(5)) {
            case 0 -> PropertyValue.EMPTY;
            case 1 -> bytes(characters(random, TEXT + "\0\0", size));
            case 2 -> bytes(characters(random, TEXT + "\0", size) + '\0');
            case 3 -> PropertyValue.ofCells(random.ints(size).toArray());
            default -> {
                byte[] some = new byte[size];
                random.nextBytes(some);
                yield PropertyValue.of(some);
            }
        };
    }

    private static PropertyValue bytes(String text) {
        return PropertyValue.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String characters(Random random, String from, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(from.charAt(random.nextInt(from.length())));
        }
        return text.toString();
    }
}
