/**
 * Submits kexec images to the running Linux kernel.
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
 * <h2>Two slots</h2>
 *
 * <p>The kernel holds at most one image in each {@link io.kexec4j.linux.ImageSlot}. A normal image is collected in any free
 * memory, and moved to its addresses when it is executed. A crash image lies from the beginning in memory that was reserved
 * with {@code crashkernel=}, because a kernel that panics can move nothing; loading one overwrites the old one, so if it is
 * refused none may be left.
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
 * fail and unloads count. A file that an image maps is read by the kernel during the call, directly, without a copy in the
 * Java heap: it must not be changed meanwhile. Content that is not one mapped buffer, such as bytes that were made or a file
 * of 2&nbsp;GiB or more, is gathered in native memory for the time of the call.
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
