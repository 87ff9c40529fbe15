/**
 * What the standard properties of a device tree mean (Devicetree Specification v0.4, chapters 2 and 3).
 */
@NullMarked
package io.kexec4j.fdt.bindings;

import org.jspecify.annotations.NullMarked;
