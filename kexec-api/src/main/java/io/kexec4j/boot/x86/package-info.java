/**
 * Linux on x86_64: the 64-bit and the 32-bit boot protocol (Documentation/arch/x86/boot.rst, "64-bit Boot Protocol" and "32-bit
 * Boot Protocol"; Documentation/arch/x86/zero-page.rst).
 *
 * <p>The kernel is entered at its first byte plus 0x200 in long mode, with the physical address of
 * {@link io.kexec4j.boot.x86.BootParams boot_params} in rsi. boot_params is built from zero: only the setup header is taken from
 * the kernel's file, by its own length, and only what is still true from the boot_params of the running kernel. It points to the
 * command line, the initrd, and a list of {@link io.kexec4j.boot.x86.SetupData setup_data} nodes; it holds the first 128 entries
 * of the {@link io.kexec4j.boot.x86.E820Table e820 table}, and a node holds the others. On machines with EFI it hands the
 * runtime services on, which takes a memory map and a node of their own. What is not handed on, and why, an image says in its
 * remarks.
 *
 * <p>Kernels that have no 64-bit entry are entered at their first byte instead, in protected mode without paging, with the
 * address of boot_params in esi: {@link io.kexec4j.boot.x86.Linux32Protocol}. All that they are handed lies below 4 GiB, and
 * older boot protocols have less of it.
 *
 * <p>Either kind can be entered by its 16-bit setup code in real mode as well, on a machine that a BIOS has booted: {@link
 * io.kexec4j.boot.x86.LinuxRealModeProtocol}. The setup code makes boot_params itself of what the BIOS tells.
 *
 * <p>With {@link io.kexec4j.boot.x86.X86Option#PRESERVE_CONTEXT} an image keeps the running kernel, and {@link
 * io.kexec4j.boot.x86.JumpBackImage} is the image by which the second kernel returns to it.
 *
 * <p>{@link io.kexec4j.boot.x86.ElfProtocol} starts a vmlinux and other ELF programs at their entry, in the mode of their class.
 *
 * <p>{@link io.kexec4j.boot.x86.Linux64Protocol} puts it all together. The image has four segments: the purgatory, boot_params
 * with all that it points to but the initrd, the kernel, and the initrd.
 */
@NullMarked
package io.kexec4j.boot.x86;

import org.jspecify.annotations.NullMarked;
