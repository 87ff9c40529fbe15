package io.kexec4j.boot.ppc64;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings a tree up to what the machine is now, by the running kernel's tree: the CPUs, the memory, the windows of PCI bridges, and
 * where RTAS lies (arch/powerpc/kexec/file_load_64.c, setup_new_fdt_ppc64, and what kexec-tools gains by taking all of that tree).
 */
final class RunningMachine {
    /** A window that Linux has opened for a bridge may have taken the place of that which the firmware had. */
    private static final List<String> OF_BRIDGES = List.of(
            "ibm,dma-window",
            "linux,direct64-ddr-window-info",
            "linux,dma64-ddr-window-info",
            "linux,tce-base",
            "linux,tce-size");

    private static final String RTAS = "rtas";
    private static final List<String> OF_RTAS = List.of("linux,rtas-base", "linux,rtas-entry", "rtas-size");
    private static final List<String> CELLS = List.of("#address-cells", "#size-cells");

    /** That of the numbers behind the '@', which are hexadecimal and have no zeros in front. */
    private static final Comparator<Node> IN_ORDER =
            Comparator.<Node>comparingInt(node -> node.name().length()).thenComparing(Node::name);

    private final EditableTree tree;
    private final Fdt live;
    private final LiveNodes nodes;

    RunningMachine(EditableTree tree, Fdt live) {
        this.tree = tree;
        this.live = live;
        this.nodes = new LiveNodes(tree, live);
    }

    /**
     * Takes over the CPUs and what the kernel or the firmware have put into memory.
     *
     * @return whether the tree had other CPUs
     * @throws FdtException if one of the nodes that matter here is malformed
     */
    boolean takeCpusAndFirmware() throws FdtException {
        boolean hadOthers = takeCpus();
        takeRtas();
        for (Node bridge : live.nodesWith("device_type", PropertyValue.ofStrings("pci"))) {
            tree.node(bridge.path())
                    .ifPresent(node -> OF_BRIDGES.forEach(property -> LiveNodes.align(node, bridge, property)));
        }
        nodes.resolve();
        return hadOthers;
    }

    private boolean takeCpus() throws FdtException {
        Optional<? extends Node> source = live.root().child(PowerNodes.CPUS);
        List<? extends Node> present =
                source.isPresent() ? PowerNodes.cpus(source.get().children()) : List.of();
        if (source.isEmpty() || present.isEmpty()) {
            return false;
        }
        EditableNode cpus = tree.root().childOrAdd(PowerNodes.CPUS);
        CELLS.forEach(property -> LiveNodes.align(cpus, source.get(), property));
        return takeAll(cpus, PowerNodes.cpus(cpus.children()), present);
    }

    /**
     * Takes over the memory.
     *
     * @throws FdtException if one of the nodes that matter here is malformed
     */
    void takeMemory() throws FdtException {
        EditableNode root = tree.root();
        takeAll(
                root,
                PowerNodes.memory(root.children()),
                PowerNodes.memory(live.root().children()));
        takeAll(
                root,
                root.child(PowerNodes.DYNAMIC_MEMORY).stream().toList(),
                live.root().child(PowerNodes.DYNAMIC_MEMORY).stream().toList());
        nodes.resolve();
    }

    /** Makes some children of a node the same as those of the live tree; those that are there already keep their places. */
    private boolean takeAll(EditableNode parent, List<EditableNode> old, List<? extends Node> present)
            throws FdtException {
        boolean isDifferent = false;
        Set<String> names = new HashSet<>();
        present.forEach(node -> names.add(node.name()));
        for (EditableNode node : old) {
            if (!names.contains(node.name())) {
                nodes.remove(node);
                isDifferent = true;
            }
        }
        for (Node node : present.stream().sorted(IN_ORDER).toList()) {
            Optional<EditableNode> same = parent.child(node.name());
            if (same.isPresent()) {
                isDifferent |= nodes.update(same.get(), node);
            } else {
                nodes.copy(parent, node);
                isDifferent = true;
            }
        }
        return isDifferent;
    }

    private void takeRtas() throws FdtException {
        Optional<? extends Node> source = live.root().child(RTAS);
        Optional<EditableNode> rtas = tree.root().child(RTAS);
        if (source.isPresent() && rtas.isPresent()) {
            OF_RTAS.forEach(property -> LiveNodes.align(rtas.get(), source.get(), property));
        } else if (source.isPresent()) {
            nodes.copy(tree.root(), source.get());
        }
    }

    /**
     * Puts the CPUs of a tree that was read from a directory, which has no order, into that of their numbers: Linux counts them as
     * they come.
     *
     * @throws FdtException if one of the nodes that matter here is malformed
     */
    static void sortCpus(EditableTree tree) throws FdtException {
        Optional<EditableNode> parent = tree.root().child(PowerNodes.CPUS);
        if (parent.isPresent()) {
            List<EditableNode> cpus = PowerNodes.cpus(parent.get().children());
            List<EditableNode> sorted = cpus.stream().sorted(IN_ORDER).toList();
            if (!sorted.equals(cpus)) {
                sorted.forEach(cpu -> cpu.moveTo(parent.get()));
            }
        }
    }
}
