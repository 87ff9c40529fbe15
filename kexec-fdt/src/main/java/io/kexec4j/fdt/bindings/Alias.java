package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADPATH;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import java.util.ArrayList;
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
     * {@return all aliases of a tree, in order; none if it has no /aliases}
     *
     * @param tree the tree
     * @throws FdtException if one is not a string that begins with '/': an alias of an alias does not count. Of a list of
     *     strings, which one real tree has, the first counts
     */
    public static List<Alias> all(DeviceTree tree) throws FdtException {
        Optional<? extends Node> aliases = tree.root().child("aliases");
        List<Alias> all = new ArrayList<>();
        if (aliases.isPresent()) {
            for (Property property : aliases.get().properties()) {
                if (!OTHERS.contains(property.name())) {
                    all.add(of(tree, aliases.get(), property.name()));
                }
            }
        }
        return List.copyOf(all);
    }

    private static Alias of(DeviceTree tree, Node aliases, String name) throws FdtException {
        Optional<String> path = tree.alias(name);
        if (path.isEmpty()) {
            throw FdtException.in(BADPATH, aliases.path(), name, "an alias is a path that begins with '/'");
        }
        return new Alias(name, path.get(), tree.node(path.get()).map(Node.class::cast));
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
