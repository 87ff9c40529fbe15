package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import io.kexec4j.crash.CrashPlan;
import io.kexec4j.fdt.BlobOptions;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.FdtLimits;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.CellCounts;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The device tree of a second kernel. The tree that the user gives counts, else that of the running kernel: what it was given at its
 * start, or what it has now. Everything in it stays as it is but for what speaks of the running kernel's own start, which {@link
 * StaleHandOver} removes, and {@code /chosen}, which gets
 *
 * <ul>
 *   <li>{@code bootargs}, or none: never those of the running kernel;
 *   <li>{@code linux,initrd-start} and {@code linux,initrd-end} with a memory reservation, or none;
 *   <li>{@code kaslr-seed} and {@code rng-seed}, freshly drawn;
 *   <li>{@code linux,booted-from-kexec};
 *   <li>for a crash, {@code linux,elfcorehdr} with a memory reservation.
 * </ul>
 *
 * <p>What else differs between architectures, {@link TreeRules} say.
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
     * @param rules those of the architecture
     * @return the tree
     * @throws io.kexec4j.error.UnsupportedCombinationException if no device tree is known
     * @throws io.kexec4j.error.MalformedInputException if the tree is none, or if what it says of the running kernel's start
     *     cannot be read
     * @throws IOException if a file has shrunk
     */
    public static DeviceTreeHandOver of(BootRequest request, Optional<PhysicalRange> initrd, TreeRules rules)
            throws IOException {
        try {
            BaseTree base = BaseTree.of(request);
            EditableTree tree = base.tree().edit();
            EditableNode chosen = DeviceTrees.chosen(tree);
            StaleHandOver.remove(tree, chosen, base.sizeInMemory());
            describeStart(chosen, request);
            initrd.ifPresent(range -> pointToInitrd(tree, chosen, range));
            if (request.crash().isPresent()) {
                CrashPlan plan = request.crash().get();
                pointToCoreHeader(tree, chosen, plan);
                rules.describeCrash(tree, chosen, plan);
            }
            List<String> remarks =
                    new ArrayList<>(MissingFacts.add(tree, chosen, base.running(request), request.target()));
            remarks.addAll(rules.finish(tree, chosen, base, request));
            if (request.crash().isEmpty()) {
                ImaLog.remark(request.target(), base.hasImaLog()).ifPresent(remarks::add);
            }
            BlobOptions options = BlobOptions.DEFAULT.withPadding(rules.room(tree, request));
            return new DeviceTreeHandOver(Fdt.read(tree.write(options), FdtLimits.NONE), remarks);
        } catch (FdtException e) {
            throw DeviceTrees.malformed(e);
        }
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

    private static void pointToCoreHeader(EditableTree tree, EditableNode chosen, CrashPlan plan) throws FdtException {
        AddressRange coreHeader = DeviceTrees.addressRange(plan.coreHeader().range());
        chosen.set(StaleHandOver.ELF_CORE_HEADER, CellCounts.below(tree.root()).encode(List.of(coreHeader)));
        tree.reserve(new MemoryReservation(coreHeader.start(), coreHeader.size()));
    }
}
