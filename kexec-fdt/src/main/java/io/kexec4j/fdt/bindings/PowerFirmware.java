package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADVALUE;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the firmware of a PowerPC machine keeps in memory for as long as the machine runs, whichever kernel it runs: RTAS where there
 * is a hypervisor, OPAL where there is none, the tables by which PCI devices find memory. A malformed property spoils only what
 * is asked for.
 */
public final class PowerFirmware {
    private static final int INSTRUCTION = 4;

    private static final String RTAS_BASE = "linux,rtas-base";
    private static final String RTAS_ENTRY = "linux,rtas-entry";
    private static final String SYSTEM_REBOOT = "system-reboot";
    private static final String TCE_BASE = "linux,tce-base";
    private static final String TCE_SIZE = "linux,tce-size";
    private static final String OPAL_SIZE = "opal-runtime-size";
    private static final String OPAL_ENTRY = "opal-entry-address";
    private static final String RESERVED = "reserved-ranges";

    /** The token of a function that there is not ({@code RTAS_UNKNOWN_SERVICE}). */
    private static final long UNKNOWN_SERVICE = 0xffff_ffffL;

    private PowerFirmware() {}

    /**
     * OPAL, the firmware that a kernel without a hypervisor calls (skiboot, doc/device-tree/ibm,opal).
     *
     * @param memory where it lies ({@code opal-base-address}, {@code opal-runtime-size})
     * @param entry physical address at which it is called ({@code opal-entry-address}), unsigned
     */
    public record Opal(AddressRange memory, long entry) {}

    /**
     * A function of RTAS (Linux on Power Architecture Reference, RTAS call).
     *
     * @param entry physical address at which RTAS is called, unsigned, of 32 bits, not 0
     * @param token the number of the function, unsigned, of 32 bits
     */
    public record RtasCall(long entry, long token) {}

    /**
     * {@return how RTAS starts the machine anew ({@code linux,rtas-entry} and {@code system-reboot} of {@code /rtas}, of one cell
     * each; the first is Linux's, which has put RTAS into memory); empty if it was not put anywhere, or cannot do that: if the token is
     * missing, or is 0xffffffff}
     *
     * @param tree the tree
     * @throws FdtException if a property is not one cell, or if the entry is 0 or no multiple of 4
     */
    public static Optional<RtasCall> systemReboot(DeviceTree tree) throws FdtException {
        Optional<? extends Node> node = tree.root().child("rtas");
        if (node.isEmpty() || !Values.has(node.get(), RTAS_ENTRY) || !Values.has(node.get(), SYSTEM_REBOOT)) {
            return Optional.empty();
        }
        long entry = entry(node.get(), RTAS_ENTRY, Values::word);
        long token = Values.needed(node.get(), SYSTEM_REBOOT, Values::word);
        return token == UNKNOWN_SERVICE ? Optional.empty() : Optional.of(new RtasCall(entry, token));
    }

    /**
     * {@return where RTAS lies ({@code linux,rtas-base} and {@code rtas-size} of {@code /rtas}, of one cell each; the
     * first is Linux's, which has put it there); empty if it was not put anywhere}
     *
     * @param tree the tree
     * @throws FdtException if a property is not one cell; if there is no size, or one of 0; or if the memory wraps
     */
    public static Optional<AddressRange> rtas(DeviceTree tree) throws FdtException {
        Optional<? extends Node> node = tree.root().child("rtas");
        return node.isPresent() && Values.has(node.get(), RTAS_BASE)
                ? Optional.of(Values.extent(node.get(), RTAS_BASE, Values::word, "rtas-size", Values::word))
                : Optional.empty();
    }

    /**
     * {@return OPAL, of the node {@code /ibm,opal}, whose numbers have two cells each; empty if there is no such node}
     *
     * @param tree the tree
     * @throws FdtException if one of its properties is missing, or is not two cells, if its memory is empty or wraps, or if the entry
     *     is 0 or no multiple of 4
     */
    public static Optional<Opal> opal(DeviceTree tree) throws FdtException {
        Optional<? extends Node> found = tree.root().child("ibm,opal");
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Node node = found.get();
        AddressRange memory =
                Values.extent(node, "opal-base-address", PropertyValue::asU64, OPAL_SIZE, PropertyValue::asU64);
        return Optional.of(new Opal(memory, entry(node, OPAL_ENTRY, PropertyValue::asU64)));
    }

    private static long entry(Node node, String property, Values.Form<Long> form) throws FdtException {
        long entry = Values.needed(node, property, form);
        Values.verify(
                entry != 0 && entry % INSTRUCTION == 0,
                BADVALUE,
                node,
                property,
                "firmware is called at an instruction, and not at address 0");
        return entry;
    }

    /**
     * {@return where the tables lie by which the host bridges translate addresses ({@code linux,tce-base} of two cells and
     * {@code linux,tce-size} of one, which Linux sets where it has made such tables), in tree order}
     *
     * @param tree the tree
     * @throws FdtException if a property is of another form, if a table has only one of the two, or if it is empty or wraps
     */
    public static List<AddressRange> tceTables(DeviceTree tree) throws FdtException {
        List<AddressRange> tables = new ArrayList<>();
        for (Node node : tree.nodesWith(TCE_BASE)) {
            tables.add(Values.extent(node, TCE_BASE, PropertyValue::asU64, TCE_SIZE, Values::word));
        }
        for (Node node : tree.nodesWith(TCE_SIZE)) {
            Values.verify(Values.has(node, TCE_BASE), BADVALUE, node, TCE_BASE, "a table that has a size has a base");
        }
        return List.copyOf(tables);
    }

    /**
     * {@return what the firmware keeps besides ({@code reserved-ranges} of the root: start and size, of two cells each), in
     * order, without empty entries}
     *
     * @param tree the tree
     * @throws FdtException if the value does not consist of whole entries, or if one wraps
     */
    public static List<AddressRange> reservedRanges(DeviceTree tree) throws FdtException {
        Node root = tree.root();
        long[] numbers = Values.read(root, RESERVED, PropertyValue::asU64s).orElse(new long[0]);
        Values.verify(numbers.length % 2 == 0, BADVALUE, root, RESERVED, "each range has a start and a size");
        List<AddressRange> ranges = new ArrayList<>();
        for (int i = 0; i < numbers.length; i += 2) {
            if (numbers[i + 1] != 0) {
                ranges.add(AddressRange.read(numbers[i], numbers[i + 1], root, RESERVED));
            }
        }
        return List.copyOf(ranges);
    }
}
