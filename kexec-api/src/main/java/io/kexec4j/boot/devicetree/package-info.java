/**
 * What a second kernel is told by a device tree, alike on all architectures that have one: the tree of the running kernel, or
 * the user's, in which {@code /chosen} speaks of the second kernel's start instead of the running one's.
 *
 * <p>This is what Linux itself does for kexec_file_load ({@code of_kexec_alloc_and_setup_fdt}, drivers/of/kexec.c), and what only
 * user space can add: memory nodes and UEFI's tables for a tree that lacks them.
 */
@NullMarked
package io.kexec4j.boot.devicetree;

import org.jspecify.annotations.NullMarked;
