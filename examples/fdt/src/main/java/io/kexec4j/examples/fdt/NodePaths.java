package io.kexec4j.examples.fdt;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtError;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.util.Optional;

/** Nodes as libfdt finds them: names may lack their unit address, and the path may begin with an alias. */
final class NodePaths {
    private NodePaths() {}

    /** The node at a path; NOTFOUND or BADPATH if there is none. */
    static Node find(DeviceTree tree, String path) throws FdtException {
        if (path.isEmpty()) {
            throw FdtException.of(FdtError.BADPATH, "a path is not empty");
        }
        if (path.charAt(0) == '/') {
            return walk(tree.root(), path);
        }
        int slash = path.indexOf('/');
        int end = slash < 0 ? path.length() : slash;
        String target = alias(tree, path.substring(0, end))
                .orElseThrow(() -> FdtException.of(FdtError.BADPATH, "a path begins with '/' or with an alias"));
        return walk(walk(tree.root(), target), path.substring(end));
    }

    private static Node walk(Node start, String path) throws FdtException {
        Node node = start;
        for (String name : path.split("/", -1)) {
            if (!name.isEmpty()) {
                Optional<? extends Node> child = node.childOfAnyUnit(name);
                if (child.isEmpty()) {
                    throw FdtException.in(FdtError.NOTFOUND, node.path(), "there is no node " + name);
                }
                node = child.get();
            }
        }
        return node;
    }

    private static Optional<String> alias(DeviceTree tree, String name) {
        return tree.root()
                .childOfAnyUnit("aliases")
                .flatMap(aliases -> aliases.property(name))
                .flatMap(NodePaths::absolute);
    }

    private static Optional<String> absolute(PropertyValue value) {
        int last = value.size() - 1;
        if (last < 1 || value.byteAt(0) != '/' || value.byteAt(last) != 0) {
            return Optional.empty();
        }
        String text = Bytes.text(value);
        return Optional.of(text.substring(0, text.indexOf('\0')));
    }
}
