/**
 * Starting Linux on arm64 (Documentation/arch/arm64/booting.rst). The kernel is an Image, or the same as an ELF file; it is entered
 * with the MMU off and the physical address of a device tree in x0. kexec_load itself would enter it with 0 there, so the {@linkplain
 * io.kexec4j.purgatory.Arm64Purgatory purgatory} is not only there to check the segments.
 *
 * <p>The image has the kernel, the initrd, the device tree and the purgatory. Everything lies above the kernel: versions before 4.6
 * cannot use what lies below them.
 */
@NullMarked
package io.kexec4j.boot.arm64;

import org.jspecify.annotations.NullMarked;
