/**
 * Flattened device trees (Devicetree Specification v0.4, chapter 5): read, look up, edit, overlay, write and print.
 *
 * <p>The package is empty until the device tree library arrives; x86, the first architecture, needs no device tree.
 */
@NullMarked
package io.kexec4j.fdt;

import org.jspecify.annotations.NullMarked;
