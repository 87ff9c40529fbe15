/**
 * The purgatory: the code that runs between two kernels.
 *
 * <h2>Its life</h2>
 *
 * <p>When a kexec image is started, the old kernel stops devices and all processors but one, copies the image's segments to
 * their addresses (those of a crash image lie there already) and jumps to the image's entry point. Nobody has looked at the
 * segments since: they may have waited for weeks in a machine that crashes only now, memory fails, and a device that was not
 * stopped may still write. So the entry point may be that of a purgatory, which is a segment like the others:
 *
 * <ol>
 *   <li>It leaves what the old kernel left: it disables interrupts, loads a GDT, an empty IDT and a stack of its own. On x86_64
 *       it counts on long mode and on page tables that map memory and the segments at their physical addresses, but no devices.
 *       An exception cannot be handled, and so resets the machine.
 *   <li>It verifies each segment that it was told to: the SHA-256 digest of the content, and that the rest is zero. A segment
 *       has a digest of its own, so that a message can name it.
 *   <li>If one is damaged, it says so for all that are, on a serial port and a VGA screen if it was told to, and resets the machine or halts it
 *       ({@link io.kexec4j.purgatory.MismatchAction}). It never starts a damaged kernel, and never spins in silence.
 *   <li>Otherwise it copies what the kernel would overwrite and is to find elsewhere, if it was told to ({@link
 *       io.kexec4j.purgatory.BackupCopy}).
 *   <li>It loads all general registers with the values in the image and jumps to the kernel: in long mode, or after
 *       switching it and paging off, or from real mode ({@link io.kexec4j.purgatory.X86Exit}).
 * </ol>
 *
 * <p>On the console this looks like one of these:
 *
 * <pre>
 * kexec4j purgatory: checking 3 segments
 * kexec4j purgatory: 3 segments match, starting the kernel at 0x10000200
 *
 * kexec4j purgatory: checking 3 segments
 * kexec4j purgatory: copying 0x9ec00 bytes from 0x1000 to 0x3df61000
 * kexec4j purgatory: 3 segments match, starting the kernel at 0x10000200
 *
 * kexec4j purgatory: checking 3 segments
 * kexec4j purgatory: segment initrd at 0x11100000 does not match its digest
 *   expected 142eb00544a757553fd693932e99dc2b02867cc69a37ad4da63e061032aac81f
 *   found    fe8e4556b2a829affdd7c25e0ea16e0affd22580f3e63f0c35cde3f0161dfa10
 * kexec4j purgatory: segment kernel at 0x10000000 has data after its content, at 0x10002c00
 * kexec4j purgatory: 2 segments are damaged, resetting the machine
 * </pre>
 *
 * <p>{@link io.kexec4j.purgatory.X86Purgatory} is the one for x86_64: link it at the address of its segment with {@link
 * io.kexec4j.purgatory.X86PurgatorySettings}, and the result is a {@link io.kexec4j.purgatory.LinkedPurgatory}.
 *
 * <p>{@link io.kexec4j.purgatory.Arm64Purgatory} is the one for arm64. There the MMU and the data cache are off when it starts, which
 * would make hashing take as long as memory takes for every access: it switches them on while it reads a segment, with only that
 * segment and itself mapped, and cleans, invalidates and switches them off again before it prints or starts anything. It uses the
 * processor's instructions for SHA-256 where there are some. An exception resets the machine through PSCI.
 *
 * <p>{@link io.kexec4j.purgatory.Ppc64Purgatory} is the one for ppc64, once for a running kernel of each byte order. There memory is
 * cached with the MMU off, and no device is touched: the hypervisor or the firmware prints, and resets the machine. Its segment
 * starts with the kernel's first 256 bytes behind a branch, because the running kernel copies them from there to where the other
 * processors wait. It writes the number of the processor into the device tree, and enters the kernel in big-endian mode. An exception
 * goes to what the old kernel has at low addresses, which stays as it is: it may be what a dump is about.
 *
 * <h2>The object and its parameters</h2>
 *
 * <p>The code is compiled beforehand into one relocatable ELF object an architecture and byte order, which lies in this jar, so no compiler is needed. Its
 * parameters are global variables that are set while it is linked. Numbers are little endian on x86_64:
 *
 * <table>
 *   <caption>Symbols of the x86_64 object</caption>
 *   <thead>
 *     <tr><th>Symbol</th><th>Bytes</th><th>Content</th></tr>
 *   </thead>
 *   <tbody>
 *     <tr><td>purgatory_start</td><td></td><td>the entry</td></tr>
 *     <tr><td>purgatory_stack_end</td><td></td><td>the end of its stack, also the kernel's rsp if none is given</td></tr>
 *     <tr><td>purgatory_registers</td><td>136</td><td>17 u64: rax rcx rdx rbx rsp rbp rsi rdi r8 to r15 rip</td></tr>
 *     <tr><td>purgatory_exit_mode</td><td>4</td><td>u32: 0 long mode; 1 32-bit protected mode without paging, then the lower
 *         halves of the registers count, and r8 to r15 do not; 2 real mode, then rsi is the segment and rsp the stack; 3 a jump back
 *         in long mode, then only rip counts</td></tr>
 *     <tr><td>purgatory_page_tables</td><td>16</td><td>2 u64: for a jump back, CR3 with 4 and with 5 levels</td></tr>
 *     <tr><td>purgatory_command_line_end</td><td>8</td><td>u64: address of the NUL of the command line, to which the address to jump
 *         back to is added if the running kernel can be; 0 leaves it as it is</td></tr>
 *     <tr><td>purgatory_checks</td><td>1280</td><td>16 checks of 80 bytes: u64 start, u64 content size, u64 memory size,
 *         the digest of 32 bytes, the name of 24 bytes padded with NUL</td></tr>
 *     <tr><td>purgatory_check_count</td><td>4</td><td>u32: how many of them count; 0 leaves the checks out</td></tr>
 *     <tr><td>purgatory_on_mismatch</td><td>4</td><td>u32: 0 reset, 1 halt</td></tr>
 *     <tr><td>purgatory_backup</td><td>24</td><td>3 u64: source, target and size of memory to copy after the checks; a size of 0 is
 *         none</td></tr>
 *     <tr><td>purgatory_serial_port</td><td>2</td><td>u16: first I/O port of the UART; 0 is no console</td></tr>
 *     <tr><td>purgatory_serial_divisor</td><td>2</td><td>u16: divisor of 115200 baud, programmed with 8N1; 0 leaves the UART
 *         as it is</td></tr>
 *     <tr><td>purgatory_vga_console</td><td>4</td><td>u32: not 0 prints on the screen of a VGA adapter</td></tr>
 *     <tr><td>purgatory_vga_reset</td><td>4</td><td>u32: not 0 puts a VGA adapter into 80x25 text mode first</td></tr>
 *   </tbody>
 * </table>
 *
 * <p>The arm64 object has purgatory_start, purgatory_checks, purgatory_check_count, purgatory_on_mismatch and purgatory_backup as
 * well; numbers are little endian.
 *
 * <table>
 *   <caption>Other symbols of the arm64 object</caption>
 *   <thead>
 *     <tr><th>Symbol</th><th>Bytes</th><th>Content</th></tr>
 *   </thead>
 *   <tbody>
 *     <tr><td>purgatory_kernel_entry</td><td>8</td><td>u64: where the kernel starts</td></tr>
 *     <tr><td>purgatory_device_tree</td><td>8</td><td>u64: x0</td></tr>
 *     <tr><td>purgatory_uart_address</td><td>8</td><td>u64: first register of the UART; 0 is no console</td></tr>
 *     <tr><td>purgatory_uart_type</td><td>4</td><td>u32: 0 PL011, 1 8250</td></tr>
 *     <tr><td>purgatory_uart_shift, purgatory_uart_width</td><td>4 each</td><td>u32: for an 8250, the distance of its registers as a
 *         power of two, and their width in bytes</td></tr>
 *     <tr><td>purgatory_psci</td><td>4</td><td>u32: 0 none, 1 smc, 2 hvc</td></tr>
 *     <tr><td>purgatory_use_cache, purgatory_use_sha2</td><td>4 each</td><td>u32: not 0 allows it</td></tr>
 *   </tbody>
 * </table>
 *
 * <p>The ppc64 objects have purgatory_start, purgatory_checks, purgatory_check_count, purgatory_on_mismatch, purgatory_backup,
 * purgatory_kernel_entry and purgatory_device_tree as well; numbers are of the byte order of the object.
 *
 * <table>
 *   <caption>Other symbols of the ppc64 objects</caption>
 *   <thead>
 *     <tr><th>Symbol</th><th>Bytes</th><th>Content</th></tr>
 *   </thead>
 *   <tbody>
 *     <tr><td>purgatory_kernel_head</td><td>252</td><td>the first 256 bytes of the kernel but for the first word, at offset 4 of the
 *         object</td></tr>
 *     <tr><td>purgatory_opal_base, purgatory_opal_entry</td><td>8 each</td><td>u64: r8 and r9, and what is called; an entry of 0 is
 *         no OPAL</td></tr>
 *     <tr><td>purgatory_rtas_base, purgatory_rtas_entry</td><td>8 each</td><td>u64: where the run-time services lie and are called; an
 *         entry of 0 is none</td></tr>
 *     <tr><td>purgatory_rtas_reboot</td><td>4</td><td>u32: the number of system-reboot</td></tr>
 *     <tr><td>purgatory_console</td><td>4</td><td>u32: 0 none, 1 a terminal of the hypervisor, 2 one of OPAL</td></tr>
 *     <tr><td>purgatory_terminal</td><td>8</td><td>u64: which one</td></tr>
 *   </tbody>
 * </table>
 *
 * <p>The sources are C and assembly in src/main/native, one folder an architecture. {@code mvn -Pnative compile} rebuilds the
 * objects with LLVM 14, byte for byte the same unless the sources have changed.
 */
@NullMarked
package io.kexec4j.purgatory;

import org.jspecify.annotations.NullMarked;
