/**
 * Images for a crash: what the core header describes, and where the image finds room.
 *
 * <p>A kernel that is booted with {@code crashkernel=} sets memory apart. A second kernel is loaded there, and started when the first
 * one panics. It runs in that memory only, sees the rest as {@code /proc/vmcore}, and saves it. What the rest is, the <em>core
 * header</em> ({@code elfcorehdr}) tells it: an ELF file of notes and program headers only, which lies in the image.
 */
@NullMarked
package io.kexec4j.crash;

import org.jspecify.annotations.NullMarked;
