package io.kexec4j.fdt.dts;

import io.kexec4j.fdt.FdtLimits;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * How a source is compiled.
 *
 * @param symbols whether {@code /__symbols__} names all labelled nodes, each of which gets a phandle, so that overlays can
 *     refer to them: dtc's -@
 * @param localFixups whether {@code /__local_fixups__} says where phandles stand; a plugin has it anyway: dtc's -L
 * @param bootCpuid the number of the boot CPU, dtc's -b; if empty, it is the {@code reg} of the first node in
 *     {@code /cpus}, or 0
 * @param limits how deep the tree may be
 * @param maxSize how many bytes the values of all properties, and how many characters all included files, may have at
 *     most: a short text with references to long paths, or one that includes itself, can ask for any amount
 */
public record DtsOptions(boolean symbols, boolean localFixups, OptionalInt bootCpuid, FdtLimits limits, long maxSize) {
    /** Nothing is added; trees up to 64 nodes deep, and of 64 MiB. */
    public static final DtsOptions DEFAULT =
            new DtsOptions(false, false, OptionalInt.empty(), FdtLimits.DEFAULT, 64 << 20);

    /**
     * Creates options.
     *
     * @param symbols whether {@code /__symbols__} is added
     * @param localFixups whether {@code /__local_fixups__} is added
     * @param bootCpuid the number of the boot CPU
     * @param limits how deep the tree may be
     * @param maxSize bytes and characters, at least 0
     * @throws IllegalArgumentException if the greatest size is negative
     */
    public DtsOptions {
        Objects.requireNonNull(bootCpuid);
        Objects.requireNonNull(limits);
        if (maxSize < 0) {
            throw new IllegalArgumentException("a size is not negative: " + maxSize);
        }
    }

    /**
     * {@return the same with or without {@code /__symbols__}}
     *
     * @param changed whether labelled nodes are named there
     */
    public DtsOptions withSymbols(boolean changed) {
        return new DtsOptions(changed, localFixups, bootCpuid, limits, maxSize);
    }

    /**
     * {@return the same with or without {@code /__local_fixups__} in trees that are no plugins}
     *
     * @param changed whether phandles are recorded there
     */
    public DtsOptions withLocalFixups(boolean changed) {
        return new DtsOptions(symbols, changed, bootCpuid, limits, maxSize);
    }

    /**
     * {@return the same with a number of the boot CPU}
     *
     * @param changed boot_cpuid_phys, unsigned
     */
    public DtsOptions withBootCpuid(int changed) {
        return new DtsOptions(symbols, localFixups, OptionalInt.of(changed), limits, maxSize);
    }

    /**
     * {@return the same with other limits}
     *
     * @param changed how deep the tree may be
     */
    public DtsOptions withLimits(FdtLimits changed) {
        return new DtsOptions(symbols, localFixups, bootCpuid, changed, maxSize);
    }

    /**
     * {@return the same with another greatest size}
     *
     * @param changed bytes and characters, at least 0
     */
    public DtsOptions withMaxSize(long changed) {
        return new DtsOptions(symbols, localFixups, bootCpuid, limits, changed);
    }
}
