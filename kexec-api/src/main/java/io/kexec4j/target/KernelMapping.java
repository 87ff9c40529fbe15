package io.kexec4j.target;

import io.kexec4j.memory.PhysicalRange;

/**
 * Where the running kernel itself lies, from {@code _text} to {@code _end}, in its own address space and in memory.
 *
 * @param virtualAddress of {@code _text}, unsigned; {@code _stext} may lie behind it, on arm64 by 64 KiB
 * @param memory the physical memory, all of it
 */
public record KernelMapping(long virtualAddress, PhysicalRange memory) {}
