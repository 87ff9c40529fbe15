package io.kexec4j.target;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.bindings.Addresses;
import io.kexec4j.fdt.bindings.Chosen;
import io.kexec4j.fdt.bindings.Identity;
import io.kexec4j.fdt.bindings.Reg;
import io.kexec4j.fdt.bindings.StandardOutput;
import io.kexec4j.fdt.bindings.Status;
import io.kexec4j.purgatory.MmioUart;
import io.kexec4j.purgatory.PsciConduit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a device tree tells of the machine's means to say that something is wrong, and to start anew. A machine must be able to start
 * without either, so what is malformed counts as not told.
 */
public final class DeviceTreeFacts {
    /** From version 0.2 on, the functions have standard numbers, and there is one that resets the machine (psci.yaml). */
    private static final List<String> PSCI = List.of("arm,psci-0.2", "arm,psci-1.0");

    private static final List<String> PL011 = List.of("arm,pl011", "arm,sbsa-uart");
    /** What has the registers of an 8250 where the properties of 8250.yaml and snps-dw-apb-uart.yaml say. */
    private static final List<String> I8250 = List.of(
            "ns8250",
            "ns16450",
            "ns16550",
            "ns16550a",
            "ns16750",
            "ns16850",
            "snps,dw-apb-uart",
            "nvidia,tegra20-uart");

    private static final int LARGEST_SHIFT = 8;

    private DeviceTreeFacts() {}

    /**
     * {@return the instruction that calls the PSCI of a machine, if that can be told to reset the machine (SYSTEM_RESET); empty if
     * there is none, if it is disabled, or if it is older than 0.2}
     *
     * @param tree the machine's device tree
     */
    public static Optional<PsciConduit> psciConduit(DeviceTree tree) {
        for (String version : PSCI) {
            for (Node node : tree.compatibleWith(version)) {
                Optional<PsciConduit> conduit = told(() -> conduit(node));
                if (conduit.isPresent()) {
                    return conduit;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * {@return the UART that a machine's console is on ({@code stdout-path} in {@code /chosen}); empty if it names none, one that the
     * purgatory has no driver for, one that is disabled, or one that a CPU does not see}
     *
     * @param tree the machine's device tree
     */
    public static Optional<MmioUart> console(DeviceTree tree) {
        return told(() -> {
            Optional<Chosen> chosen = Chosen.of(tree);
            Optional<StandardOutput> output = chosen.isPresent() ? chosen.get().standardOutput() : Optional.empty();
            Optional<Node> node = output.flatMap(StandardOutput::node);
            return node.isPresent() ? uart(node.get()) : Optional.empty();
        });
    }

    /**
     * {@return all UARTs of a machine that the purgatory has a driver for, in no particular order; without those that are disabled or that a
     * CPU does not see}
     *
     * @param tree the machine's device tree
     */
    public static List<MmioUart> uarts(DeviceTree tree) {
        return Stream.concat(PL011.stream(), I8250.stream())
                .flatMap(compatible -> tree.compatibleWith(compatible).stream())
                .flatMap(node -> told(() -> uart(node)).stream())
                .distinct()
                .toList();
    }

    /** Something that is read from a tree. */
    private interface Reading<T> {
        Optional<T> read() throws FdtException;
    }

    private static <T> Optional<T> told(Reading<T> reading) {
        try {
            return reading.read();
        } catch (FdtException e) {
            return Optional.empty();
        }
    }

    private static Optional<PsciConduit> conduit(Node node) throws FdtException {
        Optional<PropertyValue> method = node.property("method");
        if (method.isEmpty() || Status.of(node) != Status.OKAY) {
            return Optional.empty();
        }
        return switch (method.get().asString()) {
            case "smc" -> Optional.of(PsciConduit.SMC);
            case "hvc" -> Optional.of(PsciConduit.HVC);
            default -> Optional.empty();
        };
    }

    private static Optional<MmioUart> uart(Node node) throws FdtException {
        List<Reg> registers = node.parent().isPresent() ? Reg.of(node) : List.of();
        if (registers.isEmpty() || Status.of(node) != Status.OKAY) {
            return Optional.empty();
        }
        OptionalLong address = Addresses.toCpu(node, registers.get(0));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        if (Identity.bestOf(node, PL011).isPresent()) {
            return uart(MmioUart.Type.PL011, address.getAsLong(), 2, Integer.BYTES);
        }
        if (Identity.bestOf(node, I8250).isEmpty()
                || node.property("big-endian").isPresent()) {
            return Optional.empty();
        }
        return uart(
                MmioUart.Type.I8250,
                address.getAsLong() + number(node, "reg-offset", 0),
                number(node, "reg-shift", 0),
                number(node, "reg-io-width", 1));
    }

    private static long number(Node node, String property, int otherwise) throws FdtException {
        Optional<PropertyValue> value = node.property(property);
        return value.isPresent() ? Integer.toUnsignedLong(value.get().asU32()) : otherwise;
    }

    private static Optional<MmioUart> uart(MmioUart.Type type, long address, long shift, long width) {
        boolean isPossible = (width == 1 || width == 2 || width == Integer.BYTES)
                && shift <= LARGEST_SHIFT
                && width <= 1L << shift
                && address != 0
                && address % width == 0;
        return isPossible ? Optional.of(new MmioUart(type, address, (int) shift, (int) width)) : Optional.empty();
    }
}
