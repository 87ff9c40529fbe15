package io.kexec4j.boot.ppc64;

import io.kexec4j.bytes.Content;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.PowerMemory;
import io.kexec4j.target.PowerTrees;
import io.kexec4j.target.Target;
import java.io.IOException;

/** Machines as their own device trees describe them. */
final class Ppc64Machines {
    static final long MIB = 1 << 20;
    static final long GIB = 1 << 30;

    private Ppc64Machines() {}

    /** A guest of 4 GiB. */
    static Target.Builder guest() throws IOException {
        return of(Architecture.PPC64LE, guestTree());
    }

    /** What such a guest is told of itself, with the means to reset it. */
    static EditableTree guestTree() {
        EditableTree tree = PowerTrees.guest();
        tree.root()
                .childOrAdd("rtas")
                .set("linux,rtas-entry", PropertyValue.ofCells(0x2fff_f000))
                .set("system-reboot", PropertyValue.ofCells(0x2004));
        return tree;
    }

    /** A machine with OPAL. */
    static Target.Builder bareMetal() throws IOException {
        return of(Architecture.PPC64LE, PowerTrees.bareMetal());
    }

    static Target.Builder of(Architecture architecture, EditableTree tree) throws IOException {
        return Target.builder(architecture, PowerMemory.parse(tree))
                .pageSize(0x1000)
                .liveTree(Content.of(tree.write()));
    }
}
