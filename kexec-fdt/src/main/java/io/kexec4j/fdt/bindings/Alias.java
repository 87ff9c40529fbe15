package io.kexec4j.fdt.bindings;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import java.util.List;
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
        return tree.root().child("aliases").stream()
                .flatMap(aliases -> aliases.properties().stream())
                .map(Property::name)
                .filter(name -> !OTHERS.contains(name))
                .flatMap(name -> tree.alias(name).stream().map(path -> of(tree, name, path)))
                .toList();
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
