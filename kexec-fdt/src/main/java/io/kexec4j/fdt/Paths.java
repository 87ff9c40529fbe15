package io.kexec4j.fdt;

import java.util.Optional;

/** How a path finds a node. */
final class Paths {
    private Paths() {}

    /** Finds the child of a node whose name is a part of a path. */
    @FunctionalInterface
    interface Step<N extends Node> {
        Optional<N> child(N node, String path, int start, int end);
    }

    /** Finds a node from the root. An alias may stand first; its own path must be absolute. */
    static <N extends Node> Optional<N> find(N root, String path, Step<N> step) {
        if (path.isEmpty()) {
            return Optional.empty();
        }
        if (path.charAt(0) == '/') {
            return descend(root, path, 0, step);
        }
        int end = nameEnd(path, 0);
        return alias(root, path.substring(0, end))
                .flatMap(target -> descend(root, target, 0, step))
                .flatMap(node -> descend(node, path, end, step));
    }

    /** The path that an alias stands for: one string that begins with '/', else it is none. */
    static Optional<String> alias(Node root, String name) {
        return root.child("aliases").flatMap(aliases -> aliases.property(name)).flatMap(Paths::absolutePath);
    }

    private static Optional<String> absolutePath(PropertyValue value) {
        int last = value.size() - 1;
        if (last < 1 || value.byteAt(0) != '/' || value.byteAt(last) != 0) {
            return Optional.empty();
        }
        StringBuilder path = new StringBuilder();
        for (int i = 0; value.byteAt(i) != 0; i++) {
            path.append((char) Byte.toUnsignedInt(value.byteAt(i)));
        }
        return Optional.of(path.toString());
    }

    private static <N extends Node> Optional<N> descend(N from, String path, int start, Step<N> step) {
        Optional<N> node = Optional.of(from);
        for (int at = nameStart(path, start); at < path.length() && node.isPresent(); ) {
            int end = nameEnd(path, at);
            node = step.child(node.get(), path, at, end);
            at = nameStart(path, end);
        }
        return node;
    }

    private static int nameStart(String path, int from) {
        int at = from;
        while (at < path.length() && path.charAt(at) == '/') {
            at++;
        }
        return at;
    }

    private static int nameEnd(String path, int from) {
        int slash = path.indexOf('/', from);
        return slash < 0 ? path.length() : slash;
    }
}
