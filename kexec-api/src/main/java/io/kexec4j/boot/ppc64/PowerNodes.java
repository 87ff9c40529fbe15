package io.kexec4j.boot.ppc64;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.bindings.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which nodes of a PowerPC machine's tree are what. */
final class PowerNodes {
    static final String CPUS = "cpus";
    static final String DYNAMIC_MEMORY = "ibm,dynamic-reconfiguration-memory";
    private static final String OF_A_DEVICE = "ibm,coherent-device-memory";

    /** Nodes that Linux finds by their names, whatever they say of themselves. */
    private static final Set<String> OTHERS = Set.of("chosen", "chosen@0", CPUS, "rtas", "ibm,opal");

    private PowerNodes() {}

    /** The CPUs below {@code /cpus}, as far as Linux takes them for some. */
    static <T extends Node> List<T> cpus(List<T> belowCpus) throws FdtException {
        List<T> cpus = new ArrayList<>();
        for (T node : belowCpus) {
            if (isOfType(node, "cpu")) {
                cpus.add(node);
            }
        }
        return cpus;
    }

    /**
     * The memory below the root, but for that of devices: with it, the firmware itself says that no kernel shall use it at its start
     * ({@code linux,usable-memory} of size 0).
     */
    static <T extends Node> List<T> memory(List<T> belowRoot) throws FdtException {
        List<T> memory = new ArrayList<>();
        for (T node : belowRoot) {
            if (isOfType(node, "memory")
                    && !OTHERS.contains(node.name())
                    && !Identity.compatible(node).contains(OF_A_DEVICE)) {
                memory.add(node);
            }
        }
        return memory;
    }

    private static boolean isOfType(Node node, String type) throws FdtException {
        return Identity.deviceType(node).filter(type::equals).isPresent();
    }
}
