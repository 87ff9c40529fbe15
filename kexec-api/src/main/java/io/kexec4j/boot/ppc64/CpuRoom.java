package io.kexec4j.boot.ppc64;

import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import java.util.List;
import java.util.Optional;

/**
 * The room that a tree needs for CPUs which are not there yet. When one comes, the running kernel removes all CPUs from the tree of a
 * crash kernel that is loaded, where it lies, and puts those in that it has itself (arch/powerpc/kexec/core_64.c, update_cpus_node).
 */
final class CpuRoom {
    /** For what is not counted here, such as properties whose names are new. */
    static final int SPARE = 4096;

    /** What a blob has for each node, and for each property, beside names and values. */
    private static final int OF_NODE = 2 * Integer.BYTES;

    private static final int OF_PROPERTY = 3 * Integer.BYTES;

    /** What a number in the name of a CPU may be longer than that of another. */
    private static final int LONGER_NAME = 8;

    /** A tree of more bytes than this, no kernel is given. */
    private static final long LARGEST = 16 << 20;

    private CpuRoom() {}

    /**
     * {@return how many bytes}
     *
     * @param tree a crash kernel's
     * @param possible how many CPUs, as Linux counts them, there may be: threads
     * @throws FdtException if a CPU is malformed
     * @throws ProtocolLimitException if it is more than any tree has
     */
    static int of(EditableTree tree, int possible) throws FdtException {
        Optional<EditableNode> parent = tree.root().child(PowerNodes.CPUS);
        List<EditableNode> cpus =
                parent.isPresent() ? PowerNodes.cpus(parent.get().children()) : List.of();
        long room = SPARE;
        long largest = 0;
        long threads = Long.MAX_VALUE;
        for (EditableNode cpu : cpus) {
            room += nameSize(cpu);
            largest = Math.max(largest, size(cpu));
            threads = Math.min(threads, threads(cpu));
        }
        long cores = cpus.isEmpty() ? 0 : (possible + threads - 1) / threads;
        room += Math.max(0, cores - cpus.size()) * largest;
        if (room > LARGEST) {
            throw new ProtocolLimitException(
                    "bytes for CPUs to come in the device tree of a crash kernel", room, LARGEST);
        }
        return (int) room;
    }

    /** How many threads a CPU has: each has a number by which interrupts are sent to it. */
    private static long threads(Node cpu) {
        return cpu.property("ibm,ppc-interrupt-server#s")
                .map(numbers -> Math.max(1, numbers.size() / Integer.BYTES))
                .orElse(1);
    }

    private static long size(Node node) {
        long size = OF_NODE + LONGER_NAME + padded(node.name().length() + 1) + nameSize(node);
        for (Property property : node.properties()) {
            size += OF_PROPERTY + padded(property.value().size());
        }
        return size;
    }

    /** The running kernel shows the name of each node as a property, and writes it as one. */
    private static long nameSize(Node node) {
        return OF_PROPERTY + padded(node.baseName().length() + 1);
    }

    private static long padded(long size) {
        return (size + Integer.BYTES - 1) & -Integer.BYTES;
    }
}
