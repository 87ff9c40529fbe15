/**
 * Facts about the machine that will run an image.
 *
 * <p>A {@link io.kexec4j.target.Target} is a value. It is read from the running system, read from a directory that holds a copy
 * of the files that tell these facts, or built by hand; {@link io.kexec4j.target.TargetFiles} does the first two and makes the
 * copy. So an image can be built on a laptop for a machine in a rack, and a test can build one for a machine that never was.
 *
 * <p>What only some machines have is in records of its own: {@link io.kexec4j.target.EfiFacts EFI},
 * {@link io.kexec4j.target.FramebufferFacts the screen}, {@link io.kexec4j.target.CrashFacts memory for a crash kernel}. {@link io.kexec4j.target.PowerFacts what lies where on PowerPC}.
 * {@link io.kexec4j.target.DeviceTreeFacts} reads more from a device tree.
 *
 * <p>Only facts are here, and the pure functions that read them from text and bytes. What a boot protocol makes of them is its
 * own business.
 */
@NullMarked
package io.kexec4j.target;

import org.jspecify.annotations.NullMarked;
