/**
 * Boot protocols: from facts and files to an image.
 *
 * <p>A {@link io.kexec4j.boot.BootProtocol} knows how one architecture's kernels want to be started. It is a pure function: a
 * {@link io.kexec4j.boot.BootRequest} goes in, a {@link io.kexec4j.image.KexecImage} comes out, and the only randomness is what
 * the request brings along. Each architecture has a package of its own below this one; here is what they share:
 * {@link io.kexec4j.boot.SegmentPlanner} finds places, {@link io.kexec4j.boot.CheckedSegments} computes the digests for the purgatory.
 *
 * <p>Architectures with a device tree hand it over alike ({@link io.kexec4j.boot.DeviceTreeHandOver}): the tree of the running kernel,
 * or the user's, in which {@code /chosen} speaks of the second kernel's start instead of the running one's. That is what Linux itself
 * does for kexec_file_load ({@code of_kexec_alloc_and_setup_fdt}, drivers/of/kexec.c), and what only user space can add: overlays, and
 * memory nodes or UEFI's tables for a tree that lacks them.
 */
@NullMarked
package io.kexec4j.boot;

import org.jspecify.annotations.NullMarked;
