package io.kexec4j.fdt.bindings;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A short name for a node: a property of {@code /aliases} (Devicetree Specification v0.4, section 3.3). Most end with a
 * number, which is that of the device among those of its kind: serial0, ethernet1.
 *
 * @param name the short name
 * @param path the path it stands for, which begins with '/'
 * @param target the node there; empty if there is none
 */
public record Alias(String name, String path, Optional<Node> target) {
    /** What every node may have. */
    private static final Set<String> OTHERS = Set.of("phandle", "linux,phandle", "name");

    /**
     * {@return all aliases of a tree, in order; none if it has no /aliases. What is no path that begins with '/', such as the
     * name of another alias, is no alias}
     *
     * @param tree the tree
     */
    public static List<Alias> all(DeviceTree tree) {
        // Of several properties of a name the first is the alias.
        Map<String, PropertyValue> values = new LinkedHashMap<>();
        tree.root().child("aliases").stream()
                .flatMap(aliases -> aliases.properties().stream())
                .filter(property -> !OTHERS.contains(property.name()))
                .forEach(property -> values.putIfAbsent(property.name(), property.value()));
        List<Alias> all = new ArrayList<>();
        values.forEach((name, value) -> path(value).ifPresent(path -> all.add(of(tree, name, path))));
        return List.copyOf(all);
    }

    /** What {@link DeviceTree#alias} makes of a value: what stands before its first NUL, if it is a path. */
    private static Optional<String> path(PropertyValue value) {
        int last = value.size() - 1;
        if (last < 1 || value.byteAt(0) != '/' || value.byteAt(last) != 0) {
            return Optional.empty();
        }
        String text = new String(value.toByteArray(), StandardCharsets.ISO_8859_1);
        return Optional.of(text.substring(0, text.indexOf('\0')));
    }

    private static Alias of(DeviceTree tree, String name, String path) {
        return new Alias(name, path, tree.node(path).map(Node.class::cast));
    }

    /**
     * {@return the name without the number at its end}
     */
    public String stem() {
        int end = name.length();
        while (end > 0 && name.charAt(end - 1) >= '0' && name.charAt(end - 1) <= '9') {
            end--;
        }
        return name.substring(0, end);
    }

    /**
     * {@return the number at the end of the name; empty if there is none, or none that an int has room for}
     */
    public OptionalInt number() {
        try {
            return OptionalInt.of(Integer.parseInt(name.substring(stem().length())));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
