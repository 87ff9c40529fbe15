/**
 * Flattened device trees (Devicetree Specification v0.4, chapter 5): read, look up, edit and write.
 *
 * <p>A <em>blob</em> (DTB, FDT) is a device tree in one piece of memory, as firmware hands it to a kernel. There are two forms
 * of a tree here, and {@link io.kexec4j.fdt.DeviceTree} is what both can be asked:
 *
 * <ul>
 *   <li>{@link io.kexec4j.fdt.Fdt} is a view of a blob. It was checked once, and cannot be changed.
 *   <li>{@link io.kexec4j.fdt.EditableTree} is the same content as objects that can be changed, and written as a blob.
 * </ul>
 *
 * <h2>Reading</h2>
 *
 * <p>A tree is made of <em>nodes</em> ({@link io.kexec4j.fdt.Node}). Each has a name such as {@code serial@9000000}, with
 * the <em>unit address</em> behind the '@', <em>properties</em>, and child nodes. A <em>path</em> is the names from the
 * root down:
 *
 * <pre>{@code
 * Fdt tree = Fdt.read(Path.of("board.dtb"));
 * Optional<FdtNode> uart = tree.node("/soc/serial@9000000");
 * Optional<FdtNode> same = tree.node("serial0");               // an alias: a property of /aliases
 * Optional<FdtNode> first = tree.nodeOfAnyUnit("/soc/serial"); // as libfdt finds it: the first serial or serial@...
 * List<FdtNode> uarts = tree.compatibleWith("arm,pl011");
 * }</pre>
 *
 * <p>A property is a name and a {@link io.kexec4j.fdt.PropertyValue}: bytes, whose meaning depends on the name. Usually they
 * are strings that end with a NUL each, or <em>cells</em>, which are 32-bit big-endian numbers; an address or a size takes one
 * cell or two. The value is read as what the caller knows it to be, and anything else is an exception:
 *
 * <pre>{@code
 * FdtNode chosen = tree.node("/chosen").orElseThrow();
 * String arguments = chosen.property("bootargs").orElseThrow().asString();
 * long initrd = chosen.property("linux,initrd-start").orElseThrow().asNumber(); // one cell or two
 * boolean coherent = uart.orElseThrow().property("dma-coherent").isPresent();   // there or not there: no bytes
 * }</pre>
 *
 * <p>One node refers to another by its <em>phandle</em>, a number that is unique in the tree: {@code interrupt-parent = <1>}
 * means the node whose property {@code phandle} is 1.
 *
 * <pre>{@code
 * int number = uart.orElseThrow().property("interrupt-parent").orElseThrow().asU32();
 * FdtNode controller = tree.nodeByPhandle(number).orElseThrow();
 * }</pre>
 *
 * <p>Lookups of nodes go through indexes: by path, phandle, compatible or property, they cost the same however large the
 * tree. A property of a node is looked for among the properties of that node, one after the other.
 *
 * <h2>Editing and writing</h2>
 *
 * <p>An {@link io.kexec4j.fdt.EditableTree} comes from a blob or from nothing. It grows as needed; nobody gives it a buffer.
 * What is not touched keeps its order and its bytes.
 *
 * <pre>{@code
 * EditableTree tree = Fdt.read(blob).edit();
 * EditableNode chosen = tree.root().childOrAdd("chosen");
 * chosen.set("bootargs", PropertyValue.ofStrings("console=ttyAMA0"));
 * chosen.set("linux,initrd-start", PropertyValue.ofU64(0x4800_0000L));
 * chosen.unset("kaslr-seed");
 * tree.node("/soc/serial@9000000").ifPresent(EditableNode::remove);
 * tree.reserve(new MemoryReservation(0x4800_0000L, 0x100_0000));
 * ByteBuffer edited = tree.write();
 * }</pre>
 *
 * <p>What is written is what dtc writes for the same tree, byte for byte: its block order, its sharing of names, zero
 * padding. So a blob of dtc that is read and written stays as it is. {@link io.kexec4j.fdt.BlobOptions} leaves room for a
 * boot loader that edits in place, or writes version 16; {@link io.kexec4j.fdt.BlobLayout} tells the size first and writes
 * into the caller's buffer.
 *
 * <h2>What is accepted</h2>
 *
 * <p>There are two levels. {@code Fdt.read} is <em>safe</em>: it takes what libfdt takes, so that every blob that
 * boots somewhere can be read, and whatever the bytes, {@link io.kexec4j.fdt.FdtException} is the only exception they can
 * cause. It names the {@linkplain io.kexec4j.fdt.FdtError kind} of error as libfdt does, the rule, and the place. {@code
 * Fdt.readStrictly} is <em>strict</em>: it takes nothing that breaks the Devicetree Specification. {@link
 * io.kexec4j.fdt.SpecificationRules} lists all that a blob breaks, for tools that report.
 *
 * <p>A caller's own mistakes, such as a name that cannot be written, are an {@link java.lang.IllegalArgumentException}.
 * Numbers of 32 and 64 bits are unsigned, in an {@code int} or {@code long}.
 *
 * <h2>More</h2>
 *
 * <p>{@link io.kexec4j.fdt.bindings} reads what standard properties mean: addresses and their translation, interrupts, memory, what
 * /chosen has. {@link io.kexec4j.fdt.overlay} applies and builds overlays. {@link io.kexec4j.fdt.dts} prints and compiles source,
 * {@link io.kexec4j.fdt.diff} compares trees.
 *
 * @see <a href="https://www.devicetree.org/specifications/">Devicetree Specification</a>
 */
@NullMarked
package io.kexec4j.fdt;

import org.jspecify.annotations.NullMarked;
