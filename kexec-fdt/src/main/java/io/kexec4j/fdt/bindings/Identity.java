package io.kexec4j.fdt.bindings;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.List;
import java.util.Optional;

/** What a node is: its {@code compatible}, {@code model} and {@code device_type}. */
public final class Identity {
    private Identity() {}

    /**
     * {@return the models that a node is compatible with, the most specific first; none if it does not say. Empty strings
     * are kept}
     *
     * @param node the node
     * @throws FdtException if the property is not a list of strings
     */
    public static List<String> compatible(Node node) throws FdtException {
        return Values.strings(node, "compatible");
    }

    /**
     * {@return how well one of some drivers fits a node: the first string in the node's list that is one of theirs; empty if
     * none is}
     *
     * @param node the node
     * @param known what there are drivers for
     * @throws FdtException if the property is not a list of strings
     */
    public static Optional<String> bestOf(Node node, List<String> known) throws FdtException {
        return compatible(node).stream().filter(known::contains).findFirst();
    }

    /**
     * {@return the {@code model} of a node: at the root, that of the machine}
     *
     * @param node the node
     * @throws FdtException if the property is not a string
     */
    public static Optional<String> model(Node node) throws FdtException {
        return Values.string(node, "model");
    }

    /**
     * {@return the {@code device_type} of a node, which only CPUs, memory and buses such as PCI still have}
     *
     * @param node the node
     * @throws FdtException if the property is not a string
     */
    public static Optional<String> deviceType(Node node) throws FdtException {
        return Values.string(node, "device_type");
    }
}
