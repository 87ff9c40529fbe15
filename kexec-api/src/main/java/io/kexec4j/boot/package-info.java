/**
 * Boot protocols: from facts and files to an image.
 *
 * <p>A {@link io.kexec4j.boot.BootProtocol} knows how one architecture's kernels want to be started. It is a pure function: a
 * {@link io.kexec4j.boot.BootRequest} goes in, a {@link io.kexec4j.image.KexecImage} comes out, and the only randomness is what
 * the request brings along. Each architecture has a package of its own below this one; here is what they share.
 */
@NullMarked
package io.kexec4j.boot;

import org.jspecify.annotations.NullMarked;
