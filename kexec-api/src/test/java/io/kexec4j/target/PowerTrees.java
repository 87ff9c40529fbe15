package io.kexec4j.target;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;

/** Device trees of PowerPC machines. */
public final class PowerTrees {
    public static final int POWER9 = 0x004e_1202;

    private PowerTrees() {}

    /** A guest of 4 GiB, as QEMU makes it, whose kernel keeps memory for a crash kernel. */
    public static EditableTree guest() {
        EditableTree tree = machine(0x0f00_0005);
        EditableNode chosen = tree.root()
                .childOrAdd("chosen")
                .set("linux,crashkernel-base", PropertyValue.ofU64(0x2000_0000))
                .set("linux,crashkernel-size", PropertyValue.ofU64(0x1000_0000));
        chosen.set("linux,initrd-start", PropertyValue.ofU64(0x2c9_0000))
                .set("linux,initrd-end", PropertyValue.ofU64(0x602_c800));
        tree.root()
                .add("rtas")
                .set("ibm,hypertas-functions", PropertyValue.ofStrings("hcall-pft", "hcall-term"))
                .set("linux,rtas-base", PropertyValue.ofCells(0x2fff_f000))
                .set("rtas-size", PropertyValue.ofCells(0x82c));
        return tree;
    }

    /** A machine without a hypervisor, with firmware and tables all over its 4 GiB. */
    public static EditableTree bareMetal() {
        EditableTree tree = machine(POWER9);
        tree.root()
                .add("ibm,opal")
                .set("opal-base-address", PropertyValue.ofU64(0x3000_0000))
                .set("opal-runtime-size", PropertyValue.ofU64(0x1c0_0000))
                .set("opal-entry-address", PropertyValue.ofU64(0x3000_0c00));
        tree.root().set("reserved-ranges", PropertyValue.ofU64(0x3000_0000, 0x300_0000, 0xf000_0000L, 0x1_0000));
        tree.root()
                .add("pci@800000020000000")
                .set("device_type", PropertyValue.ofStrings("pci"))
                .set("linux,tce-base", PropertyValue.ofU64(0x7000_0000))
                .set("linux,tce-size", PropertyValue.ofCells(0x80_0000));
        tree.root()
                .childOrAdd("chosen")
                .set("linux,htab-base", PropertyValue.ofU64(0x8000_0000L))
                .set("linux,htab-size", PropertyValue.ofU64(0x200_0000))
                .set("linux,memory-limit", PropertyValue.ofU64(0xc000_0000L));
        return tree;
    }

    private static EditableTree machine(int cpuVersion) {
        EditableTree tree = EditableTree.empty();
        tree.root().set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(2));
        tree.root()
                .add("chosen")
                .set("linux,kernel-end", PropertyValue.ofU64(0x287_f000))
                .set("linux,memory-limit", PropertyValue.ofU64(0));
        tree.root()
                .add("memory@0")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(0, 0x1_0000_0000L));
        tree.root()
                .add("cpus")
                .set("#address-cells", PropertyValue.ofCells(1))
                .set("#size-cells", PropertyValue.ofCells(0));
        cpu(tree, 0).set("cpu-version", PropertyValue.ofCells(cpuVersion));
        return tree;
    }

    /** Adds a CPU that does not tell what it is. */
    public static EditableNode cpu(EditableTree tree, int number) {
        return tree.root()
                .childOrAdd("cpus")
                .add("PowerPC,POWER9@" + Integer.toHexString(number))
                .set("device_type", PropertyValue.ofStrings("cpu"))
                .set("reg", PropertyValue.ofCells(number));
    }
}
