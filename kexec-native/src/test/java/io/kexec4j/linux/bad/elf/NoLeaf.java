package io.kexec4j.linux.bad.elf;

import io.kexec4j.linux.bad.memory.Lower;

/** Breaks a rule on purpose: a leaf library that knows another package of the project. */
public record NoLeaf(Lower lower) {}
