/**
 * What the standard properties of a device tree mean (Devicetree Specification v0.4, chapters 2 and 3, and Linux's
 * additions to /chosen). The values of a tree are bytes; the methods here read them, for a {@linkplain io.kexec4j.fdt.Fdt
 * flattened tree} and an {@linkplain io.kexec4j.fdt.EditableTree editable one} alike. They keep nothing and change nothing:
 * each looks at the tree as it is when it is called.
 *
 * <h2>Where a device is</h2>
 *
 * <p>The {@code reg} of a device is a list of addresses and sizes, in as many {@linkplain io.kexec4j.fdt.bindings.Cells
 * cells} as its bus says ({@link io.kexec4j.fdt.bindings.CellCounts}). Each bus has addresses of its own, and its {@code
 * ranges} tell how they appear on the bus above ({@link io.kexec4j.fdt.bindings.BusRanges}). Only below the root are they
 * what a CPU sees:
 *
 * <pre>{@code
 * Node serial = tree.node("serial0").orElseThrow();
 * List<Reg> onItsBus = Reg.of(serial);                             // <0x1000> <0x100>
 * List<AddressRange> physical = Addresses.cpuRanges(serial);       // [0x3f001000, 0x3f001100)
 * }</pre>
 *
 * <p>The way back writes addresses into the cells that a bus has, or says that they do not fit:
 *
 * <pre>{@code
 * CellCounts cells = CellCounts.below(tree.root());
 * chosen.set("linux,usable-memory-range", cells.encode(List.of(crashMemory)));
 * }</pre>
 *
 * <h2>What it is connected to</h2>
 *
 * <p>Other nodes are referred to by their phandles, mostly with arguments: {@link
 * io.kexec4j.fdt.bindings.PhandleArguments} reads clocks, resets, gpios and all others of that form. Interrupts have a tree
 * of their own, with rules of inheritance and with nodes that pass them on; {@link io.kexec4j.fdt.bindings.Interrupts}
 * follows it to the controller:
 *
 * <pre>{@code
 * for (Interrupt interrupt : Interrupts.of(tree, device)) {
 *     Optional<Interrupt> atController = Interrupts.resolve(tree, interrupt);
 * }
 * }</pre>
 *
 * <h2>What a kernel needs first</h2>
 *
 * <pre>{@code
 * for (MemoryNode memory : MemoryNode.all(tree)) { ... }           // RAM
 * for (ReservedRegion region : ReservedRegion.all(tree)) { ... }   // what to keep out of
 * for (Cpu cpu : Cpu.all(tree)) { ... }                            // numbers, and how to start them
 * Optional<String> commandLine = Chosen.of(tree).orElseThrow().bootargs();
 * }</pre>
 *
 * <p>PowerPC machines have more of both: {@link io.kexec4j.fdt.bindings.DynamicMemory} that a hypervisor gives in blocks, and
 * what {@link io.kexec4j.fdt.bindings.PowerFirmware} keeps for itself.
 *
 * <p>{@link io.kexec4j.fdt.bindings.Status}, {@link io.kexec4j.fdt.bindings.Identity} and {@link
 * io.kexec4j.fdt.bindings.Alias} read what any node may have.
 *
 * <h2>Errors</h2>
 *
 * <p>A property that is absent is an empty answer. One that is there but not of its form is an {@link
 * io.kexec4j.fdt.FdtException} with the path of the node, the name of the property and the rule, and so is a reference to a
 * node that does not exist. Nothing is guessed: counts of cells are not inherited, and an entry that is cut short is not
 * left out. In a thousand trees of real boards about one {@code reg} in ten thousand is refused, all of them of buses that
 * forgot their #address-cells.
 *
 * <p>Not read are the maps of nexus nodes other than those of interrupts (gpio-map and the like), and the tables of
 * requester numbers (iommu-map and msi-map).
 */
@NullMarked
package io.kexec4j.fdt.bindings;

import org.jspecify.annotations.NullMarked;
