package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import io.kexec4j.crash.CrashPlan;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.CellCounts;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The device tree of a second kernel. The tree that the user gives counts, else that of the running kernel. Everything in it
 * stays as it is but for what speaks of the running kernel's own start, which {@link StaleHandOver} removes, and {@code /chosen},
 * which gets
 *
 * <ul>
 *   <li>{@code bootargs}, or none: never those of the running kernel;
 *   <li>{@code linux,initrd-start} and {@code linux,initrd-end} with a memory reservation, or none;
 *   <li>{@code kaslr-seed} and {@code rng-seed}, freshly drawn;
 *   <li>{@code linux,booted-from-kexec};
 *   <li>for a crash, {@code linux,elfcorehdr} with a memory reservation, and {@code linux,usable-memory-range}: what was set apart, that
 *       below 4 GiB last.
 * </ul>
 *
 * @param tree the tree
 * @param remarks what was decided on the user's behalf
 */
public record DeviceTreeHandOver(Fdt tree, List<String> remarks) {
    private static final String BOOTARGS = "bootargs";

    /** As many random bytes as Linux puts there itself ({@code RNG_SEED_SIZE}, drivers/of/kexec.c). */
    private static final int RNG_SEED_SIZE = 128;

    /**
     * Copies the list.
     *
     * @param tree the tree
     * @param remarks what was decided on the user's behalf
     */
    public DeviceTreeHandOver {
        remarks = List.copyOf(remarks);
    }

    /**
     * Makes the tree.
     *
     * @param request what the image is made of
     * @param initrd where the initrd lies, exactly, if there is one
     * @return the tree
     * @throws UnsupportedCombinationException if no device tree is known
     * @throws io.kexec4j.error.MalformedInputException if the tree is none, or if what it says of the running kernel's start
     *     cannot be read
     * @throws IOException if a file has shrunk
     */
    public static DeviceTreeHandOver of(BootRequest request, Optional<PhysicalRange> initrd) throws IOException {
        Content base = request.deviceTree()
                .or(() -> request.target().deviceTree())
                .orElseThrow(() -> new UnsupportedCombinationException(
                        "the second kernel needs a device tree, and none is known of this machine: give one"));
        try {
            Fdt fdt = DeviceTrees.read(base);
            EditableTree tree = fdt.edit();
            EditableNode chosen = DeviceTrees.chosen(tree);
            OptionalInt itself = request.deviceTree().isPresent()
                    ? OptionalInt.empty()
                    : OptionalInt.of(fdt.header().totalSize());
            StaleHandOver.remove(tree, chosen, itself);
            describeStart(chosen, request);
            initrd.ifPresent(range -> pointToInitrd(tree, chosen, range));
            if (request.crash().isPresent()) {
                describeCrash(tree, chosen, request.crash().get());
            }
            List<String> remarks = MissingFacts.add(tree, chosen, running(request, fdt), request.target());
            return new DeviceTreeHandOver(tree.flatten(), remarks);
        } catch (FdtException e) {
            throw DeviceTrees.malformed(e);
        }
    }

    /** The tree of the running kernel, which is the base if the user has given none. */
    private static Optional<Fdt> running(BootRequest request, Fdt base) throws FdtException, IOException {
        Optional<Content> blob = request.target().deviceTree();
        if (request.deviceTree().isEmpty() || blob.isEmpty()) {
            return blob.map(same -> base);
        }
        return Optional.of(DeviceTrees.read(blob.get()));
    }

    /**
     * {@return the tree as a blob}
     */
    public Content blob() {
        return Content.of(tree.bytes());
    }

    private static void describeStart(EditableNode chosen, BootRequest request) {
        if (request.commandLine().isEmpty()) {
            chosen.unset(BOOTARGS);
        } else {
            chosen.set(BOOTARGS, PropertyValue.ofStrings(request.commandLine()));
        }
        chosen.set("kaslr-seed", random(request, Long.BYTES));
        chosen.set("rng-seed", random(request, RNG_SEED_SIZE));
        chosen.set("linux,booted-from-kexec", PropertyValue.EMPTY);
    }

    private static PropertyValue random(BootRequest request, int size) {
        byte[] bytes = new byte[size];
        request.random().fill(bytes);
        return PropertyValue.of(bytes);
    }

    private static void pointToInitrd(EditableTree tree, EditableNode chosen, PhysicalRange place) {
        chosen.set(StaleHandOver.INITRD_START, PropertyValue.ofU64(place.start()));
        chosen.set(StaleHandOver.INITRD_END, PropertyValue.ofU64(place.end()));
        tree.reserve(new MemoryReservation(place.start(), place.size()));
    }

    private static void describeCrash(EditableTree tree, EditableNode chosen, CrashPlan plan) throws FdtException {
        CellCounts cells = CellCounts.below(tree.root());
        AddressRange coreHeader = addressRange(plan.coreHeader().range());
        chosen.set(StaleHandOver.ELF_CORE_HEADER, cells.encode(List.of(coreHeader)));
        chosen.set(
                StaleHandOver.USABLE_MEMORY,
                cells.encode(plan.usable().stream()
                        .map(DeviceTreeHandOver::addressRange)
                        .toList()));
        tree.reserve(new MemoryReservation(coreHeader.start(), coreHeader.size()));
    }

    private static AddressRange addressRange(PhysicalRange range) {
        return new AddressRange(range.start(), range.size());
    }
}
