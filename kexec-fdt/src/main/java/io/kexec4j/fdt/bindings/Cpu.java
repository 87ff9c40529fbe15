package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADNCELLS;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A CPU: a node below {@code /cpus} (Devicetree Specification v0.4, sections 3.7 and 3.8) that is called cpu, or whose {@code
 * device_type} is cpu; neither caches nor maps are.
 *
 * @param node the node
 * @param ids the hardware numbers of its threads, unsigned, the first thread first: MPIDR on Arm, hart on RISC-V
 * @param status whether it runs; a {@linkplain Status#DISABLED disabled} one may be started
 * @param enableMethods how it is started, such as psci or spin-table; none if it does not say
 * @param releaseAddress where it waits for its entry point, if it is started by a spin-table; unsigned
 */
public record Cpu(Node node, List<Long> ids, Status status, List<String> enableMethods, OptionalLong releaseAddress) {
    /**
     * Creates a CPU.
     *
     * @param node as above
     * @param ids as above
     * @param status as above
     * @param enableMethods as above
     * @param releaseAddress as above
     */
    public Cpu {
        ids = List.copyOf(ids);
        enableMethods = List.copyOf(enableMethods);
    }

    /**
     * {@return the CPUs of a tree, in order; none if it has no /cpus}
     *
     * <p>What a CPU does not say of how it is started, its parent may say for all.
     *
     * @param tree the tree
     * @throws FdtException if a property of one of them is malformed, or if their addresses have sizes
     */
    public static List<Cpu> all(DeviceTree tree) throws FdtException {
        Optional<? extends Node> cpus = tree.root().child("cpus");
        List<Cpu> all = new ArrayList<>();
        if (cpus.isPresent()) {
            for (Node node : cpus.get().children()) {
                if (isCpu(node)) {
                    all.add(of(node, cpus.get()));
                }
            }
        }
        return List.copyOf(all);
    }

    private static boolean isCpu(Node node) throws FdtException {
        return node.baseName().equals("cpu")
                || Values.string(node, "device_type").filter("cpu"::equals).isPresent();
    }

    private static Cpu of(Node node, Node cpus) throws FdtException {
        Node starts = Values.has(node, "enable-method") ? node : cpus;
        return new Cpu(
                node,
                ids(node, cpus),
                Status.of(node),
                Values.strings(starts, "enable-method"),
                Values.number(node, "cpu-release-addr"));
    }

    private static List<Long> ids(Node node, Node cpus) throws FdtException {
        List<Long> ids = new ArrayList<>();
        for (Reg reg : Reg.of(node)) {
            Values.verify(reg.size().count() == 0, BADNCELLS, cpus, "#size-cells", "CPUs have no sizes");
            ids.add(id(node, reg.address()));
        }
        return ids;
    }

    private static long id(Node node, Cells address) throws FdtException {
        try {
            return address.asLong();
        } catch (FdtException e) {
            throw e.placed(node.path(), "reg");
        }
    }
}
