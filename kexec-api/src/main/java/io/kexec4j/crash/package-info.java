/**
 * Images for a crash: what the core header describes, and where the image finds room.
 *
 * <p>A kernel that is booted with {@code crashkernel=} sets memory apart. A second kernel is loaded there, and started when the first
 * one panics. It runs in that memory only, sees the rest as {@code /proc/vmcore}, and saves it. What the rest is, the <em>core
 * header</em> ({@code elfcorehdr}) tells it: an ELF file of notes and program headers only, which lies in the image.
 *
 * <h2>From facts to an image</h2>
 *
 * <ol>
 *   <li>{@link io.kexec4j.target.CrashFacts} are what the machine tells: its RAM, what is set apart, its CPUs, where the running kernel
 *       lies.
 *   <li>{@link io.kexec4j.crash.CrashRules} are what an architecture has otherwise than others. Nothing here asks which it is.
 *   <li>{@link io.kexec4j.crash.CrashPlan} writes the core header, takes the end of what is set apart for it, and makes of the machine
 *       the one that the crash kernel will find: a target whose RAM is what is set apart. For that the boot protocols build an
 *       image as they build any other; they need not know that it is for a crash, but for where they tell of the core header.
 * </ol>
 *
 * <h2>What the core header says</h2>
 *
 * <table>
 * <caption>Program headers, in this order; there are at most 65,534 (PN_XNUM), and more is an error</caption>
 * <tr><th>type</th><th>for</th><th>from</th></tr>
 * <tr><td>PT_NOTE</td><td>each CPU: where it leaves its registers</td><td>{@code /sys/devices/system/cpu/cpuN/crash_notes}, {@code
 *     crash_notes_size}; of all CPUs that are there, or of those that run ({@link io.kexec4j.crash.CpuSelection}). CPUs that could come
 *     have no notes yet, and nobody but the kernel can describe them</td></tr>
 * <tr><td>PT_NOTE</td><td>the kernel's description of itself</td><td>{@code /sys/kernel/vmcoreinfo}</td></tr>
 * <tr><td>PT_LOAD</td><td>the kernel, where its addresses are its own</td><td>{@code /proc/kcore}, {@code /proc/kallsyms}</td></tr>
 * <tr><td>PT_LOAD</td><td>each range of RAM</td><td>{@code /proc/iomem}, without what is set apart, what the crash kernel borrows, and
 *     what must not be read; what drivers have added is RAM, as it is for Linux' own loader</td></tr>
 * </table>
 *
 * <p>A fact that is not known is an error, and never a guess: whoever reads the dump would believe it.
 *
 * <h2>The memory of the crash kernel</h2>
 *
 * <p>The image lies in the upper range if two are set apart ({@code crashkernel=,high} and {@code ,low}). From its end down there is room
 * that the running kernel needs for itself when it loads the image, then what the purgatory copies, then the core header. The rest
 * is free for kernel, initrd and what belongs to them, and RAM for the crash kernel. On x86 that also borrows the memory below 1 MiB:
 * since Linux 5.5 the running kernel keeps off it; what an older one has there is copied by the purgatory into the image first, and
 * read from there (p_offset is the copy, p_paddr where it was).
 *
 * <h2>CPUs and memory that come and go</h2>
 *
 * <p>The image describes the machine of the moment. Newer kernels write the core header anew whenever that changes, in the image that is
 * loaded ({@link io.kexec4j.crash.CrashOptions#hotplug}). It needs room to grow then, of which the kernel tells how much it wants
 * ({@code /sys/kernel/crash_elfcorehdr_size}; on x86 without the 64 bytes of the ELF header, and without CPUs that are possible but
 * for which it was not built, so this takes the larger of what it says and of what there can be). The purgatory does not check it, and
 * no other segment may begin like an ELF file, because that is how the kernel finds it.
 */
@NullMarked
package io.kexec4j.crash;

import org.jspecify.annotations.NullMarked;
