package io.kexec4j.boot.arm64;

import io.kexec4j.bytes.Content;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.util.Arrays;

/** Machines described by hand, in the style of QEMU's "virt". */
public final class Arm64Machines {
    public static final long MIB = 1 << 20;
    public static final long GIB = 1 << 30;
    public static final long RAM = GIB;

    private Arm64Machines() {}

    /** A machine with RAM from 1 GiB on. */
    public static Target.Builder virt(long ramSize) {
        return with(PhysicalRange.ofSize(RAM, ramSize)).deviceTree(tree(ramSize));
    }

    /** A machine with these ranges of RAM, and without a device tree. */
    public static Target.Builder with(PhysicalRange... ram) {
        return Target.builder(
                Architecture.AARCH64,
                new MemoryMap(Arrays.stream(ram)
                        .map(range -> new MemoryRegion(range, RegionType.RAM))
                        .toList()));
    }

    /** The tree that such a machine's boot loader hands over. */
    public static Content tree(long ramSize) {
        EditableTree tree = EditableTree.empty();
        EditableNode root = tree.root();
        root.set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(2));
        root.set("compatible", PropertyValue.ofStrings("linux,dummy-virt"));
        root.add("psci")
                .set("compatible", PropertyValue.ofStrings("arm,psci-1.0", "arm,psci-0.2", "arm,psci"))
                .set("method", PropertyValue.ofStrings("hvc"));
        root.add("memory@40000000")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(RAM, ramSize));
        root.add("pl011@9000000")
                .set("compatible", PropertyValue.ofStrings("arm,pl011", "arm,primecell"))
                .set("reg", PropertyValue.ofU64(0x900_0000, 0x1000));
        root.add("chosen")
                .set("bootargs", PropertyValue.ofStrings("of the running kernel"))
                .set("stdout-path", PropertyValue.ofStrings("/pl011@9000000"))
                .set("kaslr-seed", PropertyValue.ofU64(0));
        return Content.of(tree.write());
    }
}
