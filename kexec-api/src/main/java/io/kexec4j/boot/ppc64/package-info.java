/**
 * Starting Linux on 64-bit PowerPC, in either byte order (Documentation/arch/powerpc/booting.rst, and what Linux's own loader does,
 * arch/powerpc/kexec/file_load_64.c).
 *
 * <p>The kernel is an ELF file, of either byte order whatever that of the running one is: it begins with instructions that both understand.
 * It is linked for address 0, and moves itself there from wherever it was loaded, so nothing else may lie where it will then be; only a
 * crash kernel is told, by a word near its beginning, to stay. The running kernel starts the image in a way of its own: it copies the
 * first 0x100 bytes of the entry's segment to address 0, lets all processors but one run there from 0x60 on, always in big-endian mode, and jumps to the entry with
 * that one. Both is the {@linkplain io.kexec4j.purgatory.Ppc64Purgatory purgatory}, which therefore begins with those bytes of the kernel.
 *
 * <p>Real mode, in which all of this happens, reaches a part of the memory only in some guests; all segments lie there. The memory is
 * that of the device tree, since {@code /proc/iomem} does not say what of it the kernel and the firmware keep.
 *
 * <p>A second kernel has no firmware that it could ask what the machine is: the first one has asked, and all it was told is in the
 * device tree. So the tree must be that of the machine as it is now. That which the running kernel was given at its start ({@code
 * /sys/firmware/fdt}) has the memory reservations and the order of things; what it has now ({@code /proc/device-tree}) has the CPUs and
 * the memory that came and went since, and the windows by which PCI devices reach memory.
 *
 * <p>What is in memory for as long as the machine runs is reserved in the tree: RTAS, the tables of PCI devices, and what the firmware
 * keeps. OPAL is not: it is part of what the firmware keeps. The tree itself, Linux reserves where it finds it.
 *
 * <p>The kernel of a crash must leave alone all that belongs to the dump. There is no one property that tells it so, as on other
 * architectures: each node with memory says what of it may be used ({@code linux,usable-memory}), and each block of memory that a
 * hypervisor has given ({@code linux,drconf-usable-memory}). Memory begins at 0 all the same, as interrupts do, so everything from there
 * is usable, and what lies between the first 64 KiB and the memory that was set apart is reserved.
 */
@NullMarked
package io.kexec4j.boot.ppc64;

import org.jspecify.annotations.NullMarked;
