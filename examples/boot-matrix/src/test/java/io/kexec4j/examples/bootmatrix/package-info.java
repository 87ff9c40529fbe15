/**
 * Real kernels that start one another in QEMU.
 *
 * <p>A {@link io.kexec4j.examples.bootmatrix.KexecScenario} is one boot of a first Linux that loads and starts a second
 * kernel, a {@link io.kexec4j.examples.bootmatrix.CrashScenario} is one that crashes with a second kernel in store, a {@link
 * io.kexec4j.examples.bootmatrix.HandOver} starts an image without a first Linux, and the
 * {@link io.kexec4j.examples.bootmatrix.Matrix} is the table of what came of it. {@code BootMatrixTest} shows how a row
 * is added. An architecture is a {@link io.kexec4j.examples.bootmatrix.Machine}, and what setup fetches for it.
 *
 * <p>{@code sudo examples/boot-matrix/setup} gets what they need, and {@code mvn verify} runs them; {@code
 * -Dkexec4j.boot.required=true} makes a boot that cannot run here a failure. The transcripts are in {@code
 * target/consoles}, the table in {@code target/boot-matrix.md}.
 */
@NullMarked
package io.kexec4j.examples.bootmatrix;

import org.jspecify.annotations.NullMarked;
