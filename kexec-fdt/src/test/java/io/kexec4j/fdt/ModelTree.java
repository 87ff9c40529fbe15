package io.kexec4j.fdt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A tree as slow and obvious as can be: lists that are searched from the start, no index, nothing remembered. */
final class ModelTree {
    /** A node: a name, properties, children. */
    static final class ModelNode {
        String name;
        final List<Property> properties = new ArrayList<>();
        final List<ModelNode> children = new ArrayList<>();

        ModelNode(String name) {
            this.name = name;
        }

        ModelNode copy() {
            ModelNode copy = new ModelNode(name);
            copy.properties.addAll(properties);
            children.forEach(child -> copy.children.add(child.copy()));
            return copy;
        }

        Optional<PropertyValue> property(String wanted) {
            return properties.stream()
                    .filter(property -> property.name().equals(wanted))
                    .map(Property::value)
                    .findFirst();
        }

        int indexOf(String property) {
            return properties.stream().map(Property::name).toList().indexOf(property);
        }

        void set(String property, PropertyValue value) {
            int at = indexOf(property);
            if (at < 0) {
                properties.add(new Property(property, value));
            } else {
                properties.set(at, new Property(property, value));
            }
        }

        boolean isOrHas(ModelNode other) {
            return this == other || children.stream().anyMatch(child -> child.isOrHas(other));
        }

        Optional<Integer> phandle() {
            return property("phandle")
                    .filter(value -> value.size() == 4)
                    .or(() -> property("linux,phandle").filter(value -> value.size() == 4))
                    .map(value -> value.intAt(0))
                    .filter(number -> number != 0 && number != -1);
        }
    }

    final ModelNode root = new ModelNode("");

    /** The paths of all nodes in tree order, each with its node. */
    List<Placed> all() {
        List<Placed> all = new ArrayList<>();
        add(root, "", all);
        return all;
    }

    /** A node and its path. */
    record Placed(String path, ModelNode node) {}

    private static void add(ModelNode node, String above, List<Placed> all) {
        String path = above.equals("/") || above.isEmpty() ? above + node.name : above + "/" + node.name;
        String own = above.isEmpty() ? "/" : path;
        all.add(new Placed(own, node));
        node.children.forEach(child -> add(child, own, all));
    }

    Optional<ModelNode> parent(ModelNode wanted) {
        return all().stream()
                .map(Placed::node)
                .filter(node -> node.children.contains(wanted))
                .findFirst();
    }

    Optional<String> byPhandle(int phandle) {
        return all().stream()
                .filter(placed -> placed.node().phandle().equals(Optional.of(phandle)))
                .map(Placed::path)
                .findFirst();
    }

    List<String> compatibleWith(String string) {
        return all().stream()
                .filter(placed -> placed.node()
                        .property("compatible")
                        .filter(value -> lists(value, string))
                        .isPresent())
                .map(Placed::path)
                .toList();
    }

    private static boolean lists(PropertyValue value, String string) {
        String all = '\0' + new String(value.toByteArray(), StandardCharsets.ISO_8859_1);
        return all.contains('\0' + string + '\0');
    }

    List<String> with(String property) {
        return all().stream()
                .filter(placed -> placed.node().property(property).isPresent())
                .map(Placed::path)
                .toList();
    }

    List<String> with(String property, PropertyValue value) {
        return all().stream()
                .filter(placed -> placed.node().property(property).equals(Optional.of(value)))
                .map(Placed::path)
                .toList();
    }

    /** The path of the node at a path that begins with a slash, or with an alias. */
    Optional<String> find(String path, boolean anyUnit) {
        if (path.startsWith("/")) {
            return descend(root, "/", path, anyUnit);
        }
        String alias = path.split("/", 2)[0];
        return root.children.stream()
                .filter(child -> child.name.equals("aliases"))
                .findFirst()
                .flatMap(aliases -> aliases.property(alias))
                .filter(value -> value.size() > 1 && value.byteAt(0) == '/' && value.byteAt(value.size() - 1) == 0)
                .map(value -> new String(value.toByteArray(), StandardCharsets.ISO_8859_1))
                .map(text -> text.substring(0, text.indexOf('\0')))
                .flatMap(target -> descend(root, "/", target + path.substring(alias.length()), anyUnit));
    }

    private static Optional<String> descend(ModelNode from, String fromPath, String path, boolean anyUnit) {
        ModelNode node = from;
        String found = fromPath;
        for (String name : path.split("/+", -1)) {
            if (!name.isEmpty()) {
                Optional<ModelNode> child = node.children.stream()
                        .filter(each -> each.name.equals(name)
                                || (anyUnit && name.indexOf('@') < 0 && each.name.startsWith(name + "@")))
                        .findFirst();
                if (child.isEmpty()) {
                    return Optional.empty();
                }
                node = child.get();
                found = (found.equals("/") ? "" : found) + "/" + node.name;
            }
        }
        return Optional.of(found);
    }
}
