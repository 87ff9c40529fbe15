/**
 * Submits kexec images, or the files for one, to the running Linux kernel.
 *
 * <pre>{@code
 * Kexec kexec = Kexec.system();
 * kexec.load(image);               // the machine goes on as before
 * kexec.isLoaded(ImageSlot.NORMAL); // true
 * kexec.execute();                 // the machine is now the other kernel's
 * }</pre>
 *
 * <h2>Loading and executing</h2>
 *
 * <p>Loading hands the image to the kernel, which copies it and keeps it; nothing else happens, and the image can be unloaded
 * or replaced. Executing ends the running system without stopping its processes or unmounting its file systems. A program
 * that runs under an init should therefore load, and then ask the init to stop the system ({@code systemctl kexec}); one that
 * is the init, such as a bootloader, stops what it has started and executes.
 *
 * <h2>Two calls</h2>
 *
 * <p>Linux has two system calls that load. kexec_load takes an image that is complete ({@link io.kexec4j.image.KexecImage}): any
 * kernel that this library can place, with every option. The running kernel cannot tell what it is, so one that demands signatures
 * refuses it. kexec_file_load takes files ({@link io.kexec4j.image.KexecFiles}): the running kernel parses the kernel file, checks its
 * signature, decides where everything lies, and passes on what it keeps for its successor (Kexec HandOver, the log of IMA). It
 * starts only what it knows: on x86 a bzImage, on arm64 an uncompressed Image.
 *
 * <p>A {@link io.kexec4j.linux.LoadPlan} has both forms, or for one of them the reason why there is none, such as an option that
 * the call does not have. An option is never dropped to make a call possible.
 *
 * <pre>{@code
 * LoadPlan plan = new LoadPlan(
 *         LoadMode.AUTO,
 *         ImageSlot.NORMAL,
 *         LoadForm.madeBy(() -> builder.build()),      // built only if it is needed
 *         LoadForm.of(files));
 * LoadReport report = kexec.load(plan, choice -> System.err.println(choice.describe()));
 * }</pre>
 *
 * <p>With {@link io.kexec4j.linux.LoadMode#AUTO}, the choice is made before anything is called:
 *
 * <ol>
 *   <li>A call is out of the question if the plan has no form for it, if the architecture or the configuration of the running kernel
 *       lacks it, and, for kexec_load, if the kernel's policy forbids it: lockdown, IMA appraisal of kernels, or Secure Boot.
 *   <li>If both are, there is an {@link io.kexec4j.error.UnsupportedCombinationException} with both reasons. If one is, it is the other.
 *   <li>Otherwise it is kexec_file_load for a normal image while Kexec HandOver is on, and kexec_load else.
 * </ol>
 *
 * <p>If the kernel refuses nevertheless, the other call is tried if the error number lets hope and nothing known forbids it, once:
 *
 * <table>
 * <caption>Refusals after which the other call is tried; any other is final</caption>
 * <tr><th>refused</th><th>error number</th></tr>
 * <tr><td>kexec_file_load</td><td>{@code ENOSYS}, {@code EINVAL}, {@code ENOEXEC}, {@code EOPNOTSUPP}, {@code EADDRNOTAVAIL};
 *     of the signature: {@code EKEYREJECTED}, {@code ENOKEY}, {@code ENOPKG}, {@code EBADMSG}, {@code ELIBBAD}, {@code ENODATA}</td></tr>
 * <tr><td>kexec_load</td><td>{@code ENOSYS}, {@code EACCES}, and {@code EPERM} if lockdown may be the reason</td></tr>
 * </table>
 *
 * <p>For the crash slot it ends at once if there is no room for the image: the other call would hardly find more, and cost what is
 * loaded.
 *
 * <p>With the other modes the one call is made, and its refusal is final.
 *
 * <h2>Two slots</h2>
 *
 * <p>The kernel holds at most one image in each {@link io.kexec4j.linux.ImageSlot}. A normal image is collected in any free
 * memory, and moved to its addresses when it is executed. A crash image lies from the beginning in memory that was reserved
 * with {@code crashkernel=}, because a kernel that panics can move nothing; loading one overwrites the old one, so if it is
 * refused none may be left.
 *
 * <h2>Crash images</h2>
 *
 * <p>So whatever can be known to fail is not tried: an image that does not lie in the reserved memory, which may have been {@linkplain
 * io.kexec4j.linux.Kexec#shrinkCrashReservation shrunk} since it was built, an image for another architecture or page size, one that
 * is too large, and any load where {@code kernel.kexec_load_disabled}, {@code kernel.kexec_load_limit_panic} or a missing privilege
 * forbids it. The message of a refusal ends with what the machine is left with: the old crash kernel, or none.
 *
 * <p>A crash image describes the CPUs and the memory of the machine, and gets old when some come or go. Newer kernels update it in
 * place, if it is made for that ({@link io.kexec4j.image.KexecFlag#CRASH_HOTPLUG_SUPPORT}) and if they are asked to by a flag that they
 * know. It is chosen by what the kernel tells, the next one is tried if it is refused with {@code EINVAL}, and the last is none:
 *
 * <table>
 * <caption>Flags for an image that is to be updated in place, in the order in which they are tried; for any other image there is
 * none</caption>
 * <tr><th>{@code /sys/kernel/crash_elfcorehdr_size}</th><th>release</th><th>x86</th><th>other architectures</th></tr>
 * <tr><td>is not there</td><td>any</td><td>none</td><td>none</td></tr>
 * <tr><td>is there</td><td>6.6 to 6.9</td><td>{@code 0x4}, none</td><td>{@code 0x8}, none</td></tr>
 * <tr><td>is there</td><td>6.10 and newer, or unknown; older if a distribution has added it</td><td>{@code 0x8}, {@code 0x4}, none</td>
 *     <td>{@code 0x8}, none</td></tr>
 * <tr><td>cannot be looked for</td><td>before 6.6</td><td>none</td><td>none</td></tr>
 * <tr><td>cannot be looked for</td><td>6.6 and newer, or unknown</td><td>as if it were there</td><td>as if it were there</td></tr>
 * </table>
 *
 * <p>{@code 0x4} is {@code KEXEC_UPDATE_ELFCOREHDR}, which means something on x86 only, and {@code 0x8} is {@code
 * KEXEC_CRASH_HOTPLUG_SUPPORT}. {@link io.kexec4j.linux.LoadReport#updates()} tells whether one was agreed. If not, the image has to be
 * built and loaded anew whenever CPUs or memory come or go, typically by a udev rule, which asks {@link
 * io.kexec4j.linux.Kexec#crashHotplug()} first. What kexec_file_load has made is updated without a flag by every kernel that can.
 *
 * <h2>Privileges</h2>
 *
 * <p>Every call needs {@code CAP_SYS_BOOT} in the initial user namespace. Root can still be refused: by kernel lockdown (Secure
 * Boot), which permits only kexec_file_load with a signed kernel; by {@code kernel.kexec_load_disabled}; by a seccomp filter
 * of a container. {@link io.kexec4j.linux.KexecRefusedException} says which it is, and what helps. Whether a slot is full may
 * be asked by anyone.
 *
 * <h2>Limits</h2>
 *
 * <p>All segments together take at most half of the machine's memory, and there are at most 16.
 * {@code kernel.kexec_load_limit_reboot} and {@code kernel.kexec_load_limit_panic} may bound the number of calls; loads that
 * fail, among them those for a flag that the kernel does not know, and unloads count. A file that an image maps is read by the kernel during the call, directly, without a copy in the
 * Java heap: it must not be changed meanwhile. Content that is not one mapped buffer, such as bytes that were made or a file
 * of 2&nbsp;GiB or more, is gathered in native memory for the time of the call.
 *
 * <p>For kexec_file_load, content that is a whole file is opened where it lies, because attributes such as an IMA signature belong to
 * the file; nobody may have it open for writing. Other content is written into a file in memory, sealed against changes, for the
 * time of the call. The kernel reads each file as a whole into its own memory, and takes none of more than 4&nbsp;GiB.
 *
 * <h2>Threads and native access</h2>
 *
 * <p>Everything here is thread-safe. The kernel takes one load at a time and refuses others with {@code EBUSY}; this package
 * does not wait and does not try again.
 *
 * <p>The calls go through JNA. From JDK 24 on the JVM warns of native access, and later refuses it, unless it is permitted:
 * {@code --enable-native-access=com.sun.jna} on the module path, {@code --enable-native-access=ALL-UNNAMED} on the class path.
 */
@NullMarked
package io.kexec4j.linux;

import org.jspecify.annotations.NullMarked;
