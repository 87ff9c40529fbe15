/**
 * Device tree sources, DTS: the text that people write and read (Devicetree Specification v0.4, chapter 6).
 *
 * <h2>From text to tree</h2>
 *
 * <p>{@link io.kexec4j.fdt.dts.DtsParser} compiles a source to a tree that can be changed and written as a blob:
 *
 * <pre>{@code
 * EditableTree tree = DtsParser.parse("board.dts", """
 *         /dts-v1/;
 *         / {
 *             compatible = "example,board";
 *             interrupt-parent = <&gic>;
 *             gic: interrupt-controller@1000 {
 *                 reg = <0x1000 (4 * 0x400)>;
 *             };
 *         };
 *         &gic { status = "okay"; };
 *         """);
 * ByteBuffer blob = tree.write();
 * }</pre>
 *
 * <p>The language is that of dtc 1.7, including what the specification leaves out. Kernels' sources go through the C
 * preprocessor first ({@code cpp -nostdinc -undef -x assembler-with-cpp}); its line directives are honoured, so errors speak
 * of the original files. Files named by {@code /include/} and {@code /incbin/} come from a
 * {@link io.kexec4j.fdt.dts.DtsFiles} that the caller gives; there is no other access to files.
 *
 * <p>An error says where it is, and which rule is broken:
 *
 * <pre>
 * board.dts:4:29: there is no node gic
 * </pre>
 *
 * <h2>Overlays</h2>
 *
 * <p>A source with {@code /plugin/} is an overlay: {@code &label { ... };} speaks of a node of a base that is not known yet,
 * and becomes a fragment; phandles of the base are listed in {@code /__fixups__}, those within the overlay in
 * {@code /__local_fixups__}. A base that overlays shall fit is compiled with
 * {@link io.kexec4j.fdt.dts.DtsOptions#withSymbols symbols}, dtc's -@:
 *
 * <pre>{@code
 * DtsParser.parse("base.dts", text, DtsFiles.NONE, DtsOptions.DEFAULT.withSymbols(true));
 * }</pre>
 *
 * <h2>From tree to text</h2>
 *
 * <p>{@link io.kexec4j.fdt.dts.DtsPrinter} prints a tree such that compiling gives the same tree, with any version of dtc.
 * A {@link io.kexec4j.fdt.dts.DtsStyle} says whether labels and references are shown, and what becomes of trees that no source
 * can express:
 *
 * <pre>{@code
 * DtsPrinter.print(Fdt.read(Path.of("/sys/firmware/fdt")), System.out, DtsStyle.LENIENT);
 * }</pre>
 *
 * <p>What a source cannot say: the number of the boot CPU, which a comment mentions; names with other characters than the
 * specification allows; two nodes, or two properties, of the same name.
 *
 * <h2>Errors</h2>
 *
 * <p>{@link io.kexec4j.fdt.dts.DtsException} is the only exception that a text can cause, and
 * {@link io.kexec4j.fdt.FdtException} the only one that a tree can cause when it is printed. Neither nodes nor parentheses are
 * read by recursion; how deep a tree and how large its values may be is limited by
 * {@link io.kexec4j.fdt.dts.DtsOptions}.
 *
 * @see <a href="https://www.devicetree.org/specifications/">Devicetree Specification</a>
 */
@NullMarked
package io.kexec4j.fdt.dts;

import org.jspecify.annotations.NullMarked;
