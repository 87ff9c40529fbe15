package io.kexec4j.boot.ppc64;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.bindings.Chosen;
import io.kexec4j.fdt.bindings.Identity;
import io.kexec4j.fdt.bindings.Reg;
import io.kexec4j.fdt.bindings.StandardOutput;
import io.kexec4j.fdt.bindings.Status;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The terminal that a machine's console is on ({@code stdout-path} of {@code /chosen}, or {@code linux,stdout-path}). A machine must be
 * able to start without one, so what is malformed counts as not told.
 */
final class Ppc64Console {
    /** A plain terminal, and one with a protocol of its own, which shows what does not keep to it as well as it can. */
    private static final List<String> OF_HYPERVISOR = List.of("hvterm1", "hvterm-protocol");

    private static final List<String> OF_OPAL = List.of("ibm,opal-console-raw");

    private Ppc64Console() {}

    /**
     * {@return the number of the terminal, as the hypervisor counts them for H_PUT_TERM_CHAR (Linux on Power Architecture Reference,
     * vterm options); empty if the console is something else}
     *
     * @param tree the machine's device tree
     */
    static OptionalLong hypervisorTerminal(DeviceTree tree) {
        return terminal(tree, OF_HYPERVISOR);
    }

    /**
     * {@return the number of the terminal, as OPAL counts them for OPAL_CONSOLE_WRITE (skiboot, doc/device-tree/ibm,opal); empty if
     * there is no OPAL, or if the console is something else}
     *
     * @param tree the machine's device tree
     */
    static OptionalLong opalTerminal(DeviceTree tree) {
        return tree.root().child("ibm,opal").isPresent() ? terminal(tree, OF_OPAL) : OptionalLong.empty();
    }

    private static OptionalLong terminal(DeviceTree tree, List<String> compatible) {
        try {
            Optional<Chosen> chosen = Chosen.of(tree);
            Optional<StandardOutput> output = chosen.isPresent() ? chosen.get().standardOutput() : Optional.empty();
            Optional<Node> node = output.flatMap(StandardOutput::node);
            return node.isPresent() ? terminal(node.get(), compatible) : OptionalLong.empty();
        } catch (FdtException e) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong terminal(Node node, List<String> compatible) throws FdtException {
        boolean isOne = node.parent().isPresent()
                && Identity.bestOf(node, compatible).isPresent()
                && Status.of(node) == Status.OKAY;
        List<Reg> registers = isOne ? Reg.of(node) : List.of();
        OptionalLong number = registers.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(registers.get(0).address().asLong());
        return number.orElse(0) >>> Integer.SIZE == 0 ? number : OptionalLong.empty();
    }
}
