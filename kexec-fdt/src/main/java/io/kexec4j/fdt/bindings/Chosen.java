package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADVALUE;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the boot loader tells the kernel: the node {@code /chosen} (Devicetree Specification v0.4, section 3.6, and Linux's
 * chosen.yaml). This is a view of the node; each method reads one matter, so that a malformed property spoils no other.
 */
public final class Chosen {
    private static final String INITRD_START = "linux,initrd-start";
    private static final String INITRD_END = "linux,initrd-end";
    private static final String KERNEL_END = "linux,kernel-end";

    private final DeviceTree tree;
    private final Node node;

    private Chosen(DeviceTree tree, Node node) {
        this.tree = tree;
        this.node = node;
    }

    /**
     * {@return what a tree tells the kernel; empty if it has neither /chosen nor, as some firmware calls it, /chosen@0}
     *
     * @param tree the tree
     */
    public static Optional<Chosen> of(DeviceTree tree) {
        Optional<? extends Node> node = tree.root().child("chosen");
        return (node.isPresent() ? node : tree.root().child("chosen@0")).map(found -> new Chosen(tree, found));
    }

    /**
     * {@return the node}
     */
    public Node node() {
        return node;
    }

    /**
     * {@return the command line ({@code bootargs}) up to its first NUL, or to its end if it has none}
     *
     * @throws FdtException if it is not UTF-8
     */
    public Optional<String> bootargs() throws FdtException {
        return Values.read(node, "bootargs", Chosen::upToNul);
    }

    private static String upToNul(PropertyValue value) throws FdtException {
        ByteBuffer bytes = value.bytes();
        int end = 0;
        while (end < value.size() && value.byteAt(end) != 0) {
            end++;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.slice(0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            throw FdtException.of(BADVALUE, "a command line is UTF-8");
        }
    }

    /**
     * {@return the console ({@code stdout-path}, or {@code linux,stdout-path} as it was called before)}
     *
     * @throws FdtException if it is not a string
     */
    public Optional<StandardOutput> standardOutput() throws FdtException {
        Optional<String> path = Values.string(node, "stdout-path");
        return (path.isPresent() ? path : Values.string(node, "linux,stdout-path")).map(this::standardOutput);
    }

    private StandardOutput standardOutput(String text) {
        int colon = text.indexOf(':');
        String path = colon < 0 ? text : text.substring(0, colon);
        Optional<String> options = colon < 0 ? Optional.empty() : Optional.of(text.substring(colon + 1));
        return new StandardOutput(path, options, tree.node(path).map(Node.class::cast));
    }

    /**
     * {@return where the initrd is ({@code linux,initrd-start}, and {@code linux,initrd-end} behind its last byte, of one
     * cell or two each); empty if there is none, or one of no bytes}
     *
     * @throws FdtException if only one of the two is there, if they are not numbers, or in the wrong order
     */
    public Optional<AddressRange> initrd() throws FdtException {
        OptionalLong start = Values.number(node, INITRD_START);
        OptionalLong end = Values.number(node, INITRD_END);
        if (start.isEmpty() && end.isEmpty()) {
            return Optional.empty();
        }
        Values.verify(end.isPresent(), BADVALUE, node, INITRD_END, "an initrd that has a start has an end");
        Values.verify(start.isPresent(), BADVALUE, node, INITRD_START, "an initrd that has an end has a start");
        long first = start.orElse(0);
        long behind = end.orElse(0);
        Values.verify(
                Long.compareUnsigned(first, behind) <= 0,
                BADVALUE,
                node,
                INITRD_END,
                "an initrd ends behind its start");
        return first == behind ? Optional.empty() : Optional.of(new AddressRange(first, behind - first));
    }

    /**
     * {@return the random number that the kernel moves itself by ({@code kaslr-seed}); a kernel that has used it sets it
     * to 0}
     *
     * @throws FdtException if it is not a number of two cells
     */
    public OptionalLong kaslrSeed() throws FdtException {
        return Values.optional(Values.read(node, "kaslr-seed", PropertyValue::asU64));
    }

    /**
     * {@return random bytes for the kernel's generator ({@code rng-seed})}
     */
    public Optional<PropertyValue> rngSeed() {
        return node.property("rng-seed");
    }

    /**
     * {@return where the core header of the crashed kernel is ({@code linux,elfcorehdr})}
     *
     * @throws FdtException if it is not one range
     */
    public Optional<AddressRange> elfCoreHeader() throws FdtException {
        return range("linux,elfcorehdr");
    }

    /**
     * {@return the memory that a crash kernel is confined to ({@code linux,usable-memory-range}), in order: Linux takes the
     * first as its main part, and the second as memory below 4 GiB; none if it is not confined}
     *
     * @throws FdtException if it is not a list of ranges
     */
    public List<AddressRange> usableMemory() throws FdtException {
        return ranges("linux,usable-memory-range");
    }

    /**
     * {@return the one range in a property, in the cells of the root, such as {@code linux,ima-kexec-buffer}; empty if there
     * is no such property, or if the range is}
     *
     * @param property the name of the property
     * @throws FdtException if it is not one range
     */
    public Optional<AddressRange> range(String property) throws FdtException {
        List<Reg> entries = Reg.read(node, property, tree.root());
        Values.verify(
                entries.size() == 1 || !Values.has(node, property), BADVALUE, node, property, "there is one range");
        return ranges(property).stream().findFirst();
    }

    /**
     * {@return the ranges in a property, in the cells of the root; without empty ones}
     *
     * @param property the name of the property
     * @throws FdtException if it does not consist of whole ranges, or if one wraps
     */
    public List<AddressRange> ranges(String property) throws FdtException {
        return Reg.ranges(node, property, tree.root());
    }

    /**
     * {@return where UEFI left its tables; empty if the machine was not started by UEFI (has no {@code
     * linux,uefi-system-table})}
     *
     * @throws FdtException if one of the properties is missing, or is not a number
     */
    public Optional<UefiTables> uefi() throws FdtException {
        if (!Values.has(node, "linux,uefi-system-table")) {
            return Optional.empty();
        }
        return Optional.of(new UefiTables(
                needed("linux,uefi-system-table"),
                needed("linux,uefi-mmap-start"),
                needed("linux,uefi-mmap-size"),
                needed("linux,uefi-mmap-desc-size"),
                needed("linux,uefi-mmap-desc-ver")));
    }

    private long needed(String property) throws FdtException {
        OptionalLong number = Values.number(node, property);
        Values.verify(number.isPresent(), BADVALUE, node, property, "all of the UEFI properties are there or none");
        return number.orElse(0);
    }

    /**
     * {@return where the running kernel ends in physical memory ({@code linux,kernel-end}, unsigned, not 0), which only the kernel of
     * a PowerPC machine tells in its own tree; it begins at 0, unless it is a crash kernel}
     *
     * @throws FdtException if it is not a number of two cells, or 0
     */
    public OptionalLong kernelEnd() throws FdtException {
        OptionalLong end = Values.optional(Values.read(node, KERNEL_END, PropertyValue::asU64));
        Values.verify(end.orElse(1) != 0, BADVALUE, node, KERNEL_END, "a kernel ends behind address 0");
        return end;
    }

    /**
     * {@return the hash table of a PowerPC kernel that runs without a hypervisor ({@code linux,htab-base} and {@code
     * linux,htab-size}); empty if it has none}
     *
     * @throws FdtException if only one of the two is there, if they are not numbers of two cells, or if the memory is empty or wraps
     */
    public Optional<AddressRange> hashTable() throws FdtException {
        return memory("linux,htab-base", "linux,htab-size");
    }

    /**
     * {@return what a PowerPC kernel keeps for a crash kernel ({@code linux,crashkernel-base} and {@code linux,crashkernel-size}):
     * it does not tell of it in /proc/iomem; empty if it keeps nothing}
     *
     * @throws FdtException as for {@link #hashTable}
     */
    public Optional<AddressRange> crashKernel() throws FdtException {
        return memory("linux,crashkernel-base", "linux,crashkernel-size");
    }

    private Optional<AddressRange> memory(String base, String size) throws FdtException {
        return Values.has(node, base) || Values.has(node, size)
                ? Optional.of(Values.extent(node, base, PropertyValue::asU64, size, PropertyValue::asU64))
                : Optional.empty();
    }

    /**
     * {@return the address from which on a PowerPC kernel uses no memory, as {@code mem=} had it ({@code linux,memory-limit},
     * unsigned); empty if there is no such limit, for which the property is 0}
     *
     * @throws FdtException if it is not a number of two cells
     */
    public OptionalLong memoryLimit() throws FdtException {
        OptionalLong limit = Values.optional(Values.read(node, "linux,memory-limit", PropertyValue::asU64));
        return limit.orElse(0) == 0 ? OptionalLong.empty() : limit;
    }

    /**
     * {@return whether the kernel was started by kexec ({@code linux,booted-from-kexec})}
     */
    public boolean bootedFromKexec() {
        return Values.has(node, "linux,booted-from-kexec");
    }
}
