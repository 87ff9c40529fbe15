/**
 * What a kernel file is: parsed, checked, and described; nothing about where it goes.
 *
 * <p>{@link io.kexec4j.kernel.KernelFiles#identify} names the format of any file, for whoever must choose a parser or tell
 * a user what is wrong. {@link io.kexec4j.kernel.KernelFile#parse(io.kexec4j.bytes.Content)} takes off what the whole file is
 * compressed with, and gives one of
 *
 * <ul>
 *   <li>{@link io.kexec4j.kernel.BzImage}, what distributions ship for x86;
 *   <li>{@link io.kexec4j.kernel.Arm64Image}, the same for arm64, by itself or in an {@linkplain io.kexec4j.kernel.EfiZboot EFI
 *       zboot image};
 *   <li>{@link io.kexec4j.kernel.ElfKernel}, a vmlinux;
 *   <li>{@link io.kexec4j.kernel.MultibootKernel}, such as Xen;
 *   <li>{@link io.kexec4j.kernel.Uki}, any of these and all that it is started with, as an EFI program.
 * </ul>
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
 * <p>{@link io.kexec4j.kernel.BzImage#vmlinux} decompresses the payload.
 *
 * <h2>The Image of arm64</h2>
 *
 * <p>An {@link io.kexec4j.kernel.Arm64Image} is what will lie in memory, byte for byte, and begins with its own first instructions. The
 * 64 bytes of header around them say how much memory it needs and what the CPU must be able to do: a kernel with pages or a byte order
 * that the CPU does not know hangs in silence, so ask {@link io.kexec4j.kernel.Arm64Header#verifyStartsOn} before it is loaded. It has
 * no decompressor. Distributions compress it as a whole, or put it into an {@link io.kexec4j.kernel.EfiZboot}.
 *
 * <h2>ELF and multiboot</h2>
 *
 * <p>An ELF file says by its program headers what lies where: {@link io.kexec4j.kernel.LoadSegment} is a range of physical memory
 * and the bytes that it begins with. Linkers pack them without regard for pages, but kexec_load wants whole ones;
 * {@link io.kexec4j.kernel.LoadSegment#pages} cuts them anew.
 *
 * <p>A multiboot header, {@link io.kexec4j.kernel.MultibootHeader}, is a mark that any file can have near its beginning. It says
 * what the kernel wants to be told, and can replace the addresses of the ELF file, or make up for the lack of one.
 *
 * <h2>The unified kernel image</h2>
 *
 * <p>A {@link io.kexec4j.kernel.Uki} has a kernel, initial RAM disks and a command line in sections of an EFI program, so that one
 * signature covers them all. It can have several {@linkplain io.kexec4j.kernel.UkiProfile profiles}, such as one for a factory reset.
 *
 * <pre>{@code
 * UkiProfile profile = Uki.parse(Content.ofFile(Path.of("linux.efi")), Decompression.DEFAULT).profile(0);
 * start(profile.kernel(), Content.concat(profile.initrds()), profile.commandLine().orElse(""));
 * }</pre>
 *
 * <h2>Decompression</h2>
 *
 * <p>{@link io.kexec4j.kernel.Decompression} says which libraries it needs for which format, and keeps to limits, as a few bytes can
 * stand for terabytes.
 *
 * <h2>Errors</h2>
 *
 * <p>Whatever the bytes of a file are, {@link io.kexec4j.error.MalformedInputException} is the only exception that they can
 * cause, unless they need a decoder that is not there: that is an
 * {@link io.kexec4j.error.UnsupportedCombinationException}. Offsets count from the start of what was read: inside a container, whose
 * name the message begins with, from the start of its content.
 *
 * @see <a href="https://docs.kernel.org/arch/x86/boot.html">The Linux/x86 Boot Protocol</a>
 */
@NullMarked
package io.kexec4j.kernel;

import org.jspecify.annotations.NullMarked;
