/**
 * Device tree overlays: applying them to a tree, building them, and reading their references.
 *
 * <h2>What an overlay is</h2>
 *
 * <p>An overlay is a device tree that describes changes to another one, its base. Boot loaders apply overlays to switch on
 * what is plugged into a board. As source, it says which nodes of the base to change by their labels:
 *
 * <pre>
 * /dts-v1/;
 * /plugin/;
 * &amp;i2c1 {
 *     pins: pins { };
 *     rtc@68 {
 *         reg = &lt;0x68&gt;;
 *         pinctrl-0 = &lt;&amp;pins&gt;;
 *         interrupts-extended = &lt;&amp;gpio 5&gt;;
 *     };
 * };
 * </pre>
 *
 * <p>The compiler of an overlay does not know the phandles of the base, so it writes down which places need one. The tree
 * that it makes is
 *
 * <pre>
 * fragment@0 {
 *     target = &lt;0xffffffff&gt;;
 *     __overlay__ {
 *         pins { phandle = &lt;1&gt;; };
 *         rtc@68 { reg = &lt;0x68&gt;; pinctrl-0 = &lt;1&gt;; interrupts-extended = &lt;0xffffffff 5&gt;; };
 *     };
 * };
 * __symbols__ { pins = "/fragment@0/__overlay__/pins"; };
 * __fixups__ {
 *     i2c1 = "/fragment@0:target:0";
 *     gpio = "/fragment@0/__overlay__/rtc@68:interrupts-extended:0";
 * };
 * __local_fixups__ { fragment@0 { __overlay__ { rtc@68 { pinctrl-0 = &lt;0&gt;; }; }; }; };
 * </pre>
 *
 * <ul>
 *   <li>A <em>fragment</em> is a child of the root that has a child {@code __overlay__}, whatever its name. Its {@code
 *       target} (a phandle) or {@code target-path} is the node to change, and {@code __overlay__} what to merge into it.
 *   <li>{@code /__fixups__} has the places that need the phandle of a node of the base, by label. The base must have been
 *       compiled with {@code dtc -@}, so that it has {@code /__symbols__}, the paths of its labels.
 *   <li>{@code /__local_fixups__} has the places with phandles of nodes of the overlay itself, which get new numbers. Its
 *       nodes and properties mirror those of the overlay, and the values are offsets.
 *   <li>{@code /__symbols__} has the labels of the overlay, for overlays that come later.
 * </ul>
 *
 * <h2>What there is</h2>
 *
 * <p>{@link io.kexec4j.fdt.overlay.Overlays} applies overlays. It changes nothing that it is given, so a failure costs
 * nothing; libfdt leaves two broken trees behind.
 *
 * <pre>{@code
 * EditableTree merged = Overlays.apply(Fdt.read(base), List.of(Fdt.read(rtc), Fdt.read(display)));
 * ByteBuffer blob = merged.write();
 * }</pre>
 *
 * <p>{@link io.kexec4j.fdt.overlay.OverlayBuilder} builds an overlay. {@link io.kexec4j.fdt.overlay.References} and {@link
 * io.kexec4j.fdt.overlay.Symbols} read and write the three nodes that hold references and labels, for who prints or parses
 * source.
 *
 * <p>The form of overlays is specified nowhere; it is what dtc writes (Documentation/dt-object-internal.txt in its source)
 * and libfdt reads.
 */
@NullMarked
package io.kexec4j.fdt.overlay;

import org.jspecify.annotations.NullMarked;
