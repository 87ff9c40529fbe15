/**
 * Real kernels that start one another in QEMU.
 *
 * <p>A {@link io.kexec4j.examples.bootmatrix.KexecScenario} is one boot of a first Linux that loads and starts a second
 * kernel, a {@link io.kexec4j.examples.bootmatrix.HandOver} starts an image without a first Linux, and the
 * {@link io.kexec4j.examples.bootmatrix.Matrix} is the table of what came of it. {@code BootMatrixTest} shows how a row
 * is added.
 */
@NullMarked
package io.kexec4j.examples.bootmatrix;

import org.jspecify.annotations.NullMarked;
