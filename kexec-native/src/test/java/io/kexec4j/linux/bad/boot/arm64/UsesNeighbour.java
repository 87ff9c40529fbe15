package io.kexec4j.linux.bad.boot.arm64;

import io.kexec4j.linux.bad.boot.x86.LeaksThirdParty;

/** Breaks a rule on purpose: a boot protocol that uses another. */
public record UsesNeighbour(LeaksThirdParty<?> neighbour) {}
