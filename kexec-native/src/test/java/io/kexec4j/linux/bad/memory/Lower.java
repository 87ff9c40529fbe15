package io.kexec4j.linux.bad.memory;

import io.kexec4j.linux.bad.image.Upper;

/** Breaks a rule on purpose: uses a higher floor, which closes a cycle. */
public record Lower(Upper upper) {}
