package io.kexec4j.fdt.overlay;

import static io.kexec4j.fdt.FdtError.LIMIT;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;

/**
 * How long the paths that are made are together. The name of a node is once in a blob, but in the path of each node below it;
 * whoever keeps the paths of many would need memory without end.
 */
final class PathBudget {
    private static final int MOST_PER_BYTE = 64;

    /** What any tree may have, so that no reasonable one is too small for its paths. */
    private static final int FREE = 1 << 20;

    private static final int TOKENS = 12;

    private long left = FREE;

    /** Adds what the size of a tree allows. */
    PathBudget(DeviceTree... trees) {
        for (DeviceTree tree : trees) {
            for (Node node : tree.all()) {
                long size = (long) TOKENS + node.name().length();
                for (Property property : node.properties()) {
                    size += (long) TOKENS + property.value().size();
                }
                left += size * MOST_PER_BYTE;
            }
        }
    }

    /** Takes the path of a property's node away from what is left. */
    void spend(int length, String path, String property) throws FdtException {
        left -= length;
        if (left < 0) {
            throw FdtException.in(
                    LIMIT, path, property, "the paths of all references or labels are at most 64 times the trees");
        }
    }
}
