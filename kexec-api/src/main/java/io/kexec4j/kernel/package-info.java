/**
 * What a kernel file is: parsed, checked, and described; nothing about where it goes.
 *
 * <p>{@link io.kexec4j.kernel.KernelFiles#identify} names the format of any file, for whoever must choose a parser or tell
 * a user what is wrong.
 *
 * <h2>The bzImage</h2>
 *
 * <p>Linux for x86 comes as a bzImage ("big zImage"), {@link io.kexec4j.kernel.BzImage}. The file has two parts:
 *
 * <pre>
 *     0x000  boot sector          \
 *     0x1f1  struct setup_header   | (setup_sects + 1) * 512 bytes: the real-mode setup code
 *     ...    setup code           /
 *            32-bit entry         \
 *     +0x200 64-bit entry          | the protected-mode code, to the end of the file
 *            payload, kernel_info /
 * </pre>
 *
 * <ul>
 *   <li>The <em>setup code</em> is for a BIOS: it runs in real mode, asks the firmware about the machine and switches to
 *       protected mode. A kexec has no firmware to ask, so it leaves the code out and takes only the header from it.
 *   <li>The <em>setup header</em>, {@link io.kexec4j.kernel.SetupHeader}, is where kernel and boot loader talk to each
 *       other. It grew over the years; its protocol version says which fields there are.
 *   <li><em>boot_params</em>, also called the zero page, is the 4096-byte structure that a running kernel is given. The
 *       boot loader makes it: zeroes, with the bytes of the header copied to the same offset 0x1f1, then everything that it
 *       has to say, such as the command line and the memory map. So the header is part of both, but the other bytes around
 *       it are code in the file and facts in boot_params.
 *   <li>The <em>protected-mode code</em> is all that is loaded. It can be entered in 32-bit mode at its start, and, if the
 *       header says so, in 64-bit mode 0x200 bytes further on. It is a program that decompresses the kernel.
 *   <li>The <em>payload</em> is that kernel: a compressed ELF file within the protected-mode code.
 * </ul>
 *
 * <p>While it decompresses, the protected-mode code needs more memory than the file has bytes: {@code init_size} bytes, from
 * the address where it will run. A loader that reserves less sees its initrd overwritten, so a header with an
 * {@code init_size} that cannot be right is refused here.
 *
 * <pre>{@code
 * BzImage kernel = BzImage.parse(Content.ofFile(Path.of("/boot/vmlinuz")));
 * if (kernel.has64BitEntry()) {
 *     load(kernel.protectedModeCode(), kernel.memorySize(), kernel.header().kernelAlignment());
 * }
 * }</pre>
 *
 * <h2>Errors</h2>
 *
 * <p>Whatever the bytes of a file are, {@link io.kexec4j.error.MalformedInputException} is the only exception that they can
 * cause.
 *
 * @see <a href="https://docs.kernel.org/arch/x86/boot.html">The Linux/x86 Boot Protocol</a>
 */
@NullMarked
package io.kexec4j.kernel;

import org.jspecify.annotations.NullMarked;
