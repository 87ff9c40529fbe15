package io.kexec4j.fdt.overlay;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Trees from lines of text, and as lines of text. */
final class Trees {
    private static final Pattern PROPERTY =
            Pattern.compile("([^\\s=]+)(?:=(<[^>]*>|\\[[^\\]]*\\]|\"[^\"]*\"(?:,\"[^\"]*\")*))?");

    private Trees() {}

    /**
     * A tree of lines such as {@code /b@10 reg=<0x10 4> s="x","y" raw=[01 ff] flag}: the path of a node, whose parents are made
     * as well, and its properties.
     */
    static EditableTree of(String... lines) {
        EditableTree tree = EditableTree.empty();
        for (String line : lines) {
            int end = line.indexOf(' ');
            EditableNode node = node(tree, end < 0 ? line : line.substring(0, end));
            Matcher matcher = PROPERTY.matcher(end < 0 ? "" : line.substring(end + 1));
            while (matcher.find()) {
                node.set(matcher.group(1), value(matcher.group(2)));
            }
        }
        return tree;
    }

    private static EditableNode node(EditableTree tree, String path) {
        EditableNode node = tree.root();
        for (String name : path.substring(1).split("/", -1)) {
            node = name.isEmpty() ? node : node.childOrAdd(name);
        }
        return node;
    }

    private static PropertyValue value(String text) {
        if (text == null) {
            return PropertyValue.EMPTY;
        }
        String inner = text.substring(1, text.length() - 1);
        if (text.startsWith("<")) {
            return PropertyValue.ofCells(Pattern.compile("\\s+")
                    .splitAsStream(inner)
                    .mapToInt(cell -> Long.decode(cell).intValue())
                    .toArray());
        }
        if (text.startsWith("[")) {
            return PropertyValue.of(HexFormat.of().parseHex(inner.replace(" ", "")));
        }
        return PropertyValue.ofStrings(inner.split("\",\"", -1));
    }

    /** All nodes and properties, without their order. */
    static SortedMap<String, String> flat(DeviceTree tree) {
        SortedMap<String, String> flat = new TreeMap<>();
        tree.nodes().forEach(node -> {
            flat.put(node.path(), "");
            node.properties()
                    .forEach(property -> flat.put(
                            node.path() + ' ' + property.name(),
                            HexFormat.of().formatHex(property.value().toByteArray())));
        });
        return flat;
    }

    /** All nodes and properties in their order, with one line a node. */
    static List<String> lines(DeviceTree tree) {
        List<String> lines = new ArrayList<>();
        tree.nodes().forEach(node -> {
            StringBuilder line = new StringBuilder(node.path());
            for (Property property : node.properties()) {
                line.append(' ')
                        .append(property.name())
                        .append('=')
                        .append(HexFormat.of().formatHex(property.value().toByteArray()));
            }
            lines.add(line.toString());
        });
        return lines;
    }

    static Fdt blob(EditableTree tree) throws FdtException {
        return Fdt.read(tree.write());
    }

    static byte[] bytes(EditableTree tree) {
        ByteBuffer blob = tree.write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        return bytes;
    }

    static String text(DeviceTree tree, String path, String property) {
        return value(tree, path, property)
                .map(value -> new String(value.toByteArray(), StandardCharsets.ISO_8859_1).replace("\0", "|"))
                .orElse("none");
    }

    static int cell(DeviceTree tree, String path, String property, int offset) {
        return value(tree, path, property).orElseThrow().intAt(offset);
    }

    private static Optional<PropertyValue> value(DeviceTree tree, String path, String property) {
        return tree.node(path).map(node -> (Node) node).flatMap(node -> node.property(property));
    }
}
