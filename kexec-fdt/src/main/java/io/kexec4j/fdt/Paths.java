package io.kexec4j.fdt;

import java.util.Optional;

/** How a path is divided into names, and what its alias stands for. */
final class Paths {
    private Paths() {}

    /** The path with its alias replaced; empty if it is empty, or if what it begins with is no alias of an absolute path. */
    static Optional<String> absolute(DeviceTree tree, String path) {
        if (path.startsWith("/")) {
            return Optional.of(path);
        }
        if (path.isEmpty()) {
            return Optional.empty();
        }
        int end = nameEnd(path, 0);
        return alias(tree.root(), path.substring(0, end)).map(target -> target + path.substring(end));
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

    /** Where the next name begins, behind any slashes, or the length of the path. */
    static int nameStart(String path, int from) {
        int at = from;
        while (at < path.length() && path.charAt(at) == '/') {
            at++;
        }
        return at;
    }

    /** Where the name at a place ends. */
    static int nameEnd(String path, int from) {
        int slash = path.indexOf('/', from);
        return slash < 0 ? path.length() : slash;
    }

    /** Whether a name has a unit address. Nothing behind it is looked at: a path may be long. */
    static boolean hasUnit(String path, int start, int end) {
        for (int i = start; i < end; i++) {
            if (path.charAt(i) == '@') {
                return true;
            }
        }
        return false;
    }
}
