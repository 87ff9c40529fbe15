package io.kexec4j.target;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtLimits;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /proc/device-tree}: the device tree as Linux shows it, a directory for each node and a file for each property
 * (Documentation/ABI/testing/sysfs-firmware-ofw). The same files give the same tree everywhere: nodes and properties are sorted by
 * name, as directories have no order. Memory reservations and the number of the boot CPU are not shown, so the tree has none.
 */
final class DeviceTreeDirectory {
    static final String DIRECTORY = "proc/device-tree";

    /** A property that Linux makes of the name of each node (drivers/of/fdt.c, populate_properties). */
    private static final String NAME = "name";

    /** What Linux puts behind the name of a node that has the name of a property beside it (drivers/of/kobj.c, safe_name). */
    private static final char RENAMED = '#';

    /**
     * How large a tree may be.
     *
     * @param depth the nodes from the root to the deepest one
     * @param entries the nodes and properties together
     * @param bytes the sizes of all values together
     */
    record Limits(int depth, int entries, int bytes) {
        /** More than any machine has. */
        static final Limits DEFAULT = new Limits(FdtLimits.DEFAULT.maxDepth(), 1 << 20, 16 << 20);
    }

    private final RootFiles files;
    private final Limits limits;
    private int entries;
    private int bytes;

    private DeviceTreeDirectory(RootFiles files, Limits limits) {
        this.files = files;
        this.limits = limits;
    }

    /** The tree, if there is one. */
    static Optional<Fdt> read(RootFiles files) throws IOException {
        return read(files, Limits.DEFAULT);
    }

    static Optional<Fdt> read(RootFiles files, Limits limits) throws IOException {
        if (files.names(DIRECTORY).isEmpty()) {
            return Optional.empty();
        }
        EditableTree tree = EditableTree.empty();
        new DeviceTreeDirectory(files, limits).fill(tree.root(), DIRECTORY, 1);
        return Optional.of(tree.flatten());
    }

    private void fill(EditableNode node, String directory, int depth) throws IOException {
        verify(depth <= limits.depth, directory, "be at most %d nodes deep", limits.depth);
        List<String> names = files.names(directory);
        entries += names.size();
        verify(entries <= limits.entries, directory, "have at most %d nodes and properties", limits.entries);
        for (String name : names) {
            String path = directory + "/" + name;
            if (!name.chars().allMatch(c -> c > ' ' && c <= '~')) {
                throw RootFiles.malformed(path, "a name in a device tree must be of printable characters of ASCII");
            }
            if (files.isDirectory(path)) {
                fill(node.add(nodeName(node, name, directory, names)), path, depth + 1);
            } else if (!name.equals(NAME)) {
                addProperty(node, name, path);
            }
        }
    }

    /** Those that share a name with another node have to keep what Linux put behind it. */
    private String nodeName(EditableNode parent, String name, String directory, List<String> siblings) {
        String original = name.substring(0, Math.max(name.lastIndexOf(RENAMED), 0));
        boolean isRenamed = Collections.binarySearch(siblings, original) >= 0
                && !files.isDirectory(directory + "/" + original)
                && parent.child(original).isEmpty();
        return isRenamed ? original : name;
    }

    private void addProperty(EditableNode node, String name, String path) throws IOException {
        Optional<byte[]> value = files.bytes(path);
        if (value.isPresent()) {
            verify(value.get().length <= limits.bytes - bytes, path, "have at most %d bytes", limits.bytes);
            bytes += value.get().length;
            node.set(name, PropertyValue.of(value.get()));
        }
    }

    private static void verify(boolean holds, String place, String rule, int limit) throws MalformedInputException {
        if (!holds) {
            throw RootFiles.malformed(place, "a device tree must " + rule.formatted(limit));
        }
    }

    /** The files that would be read as a tree that was read. */
    static Map<String, byte[]> filesOf(Fdt tree) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        addFiles(contents, tree.root(), DIRECTORY);
        return contents;
    }

    private static void addFiles(Map<String, byte[]> contents, Node node, String directory) {
        for (Property property : node.properties()) {
            contents.put(directory + "/" + property.name(), property.value().toByteArray());
        }
        if (node.properties().isEmpty() || node.child(NAME).isPresent()) {
            String base = node.name().split("@", 2)[0];
            contents.put(directory + "/" + NAME, (base + "\0").getBytes(StandardCharsets.ISO_8859_1));
        }
        for (Node child : node.children()) {
            boolean isTaken =
                    node.property(child.name()).isPresent() || child.name().equals(NAME);
            addFiles(contents, child, directory + "/" + child.name() + (isTaken ? RENAMED + "1" : ""));
        }
    }
}
