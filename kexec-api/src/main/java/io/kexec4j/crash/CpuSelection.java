package io.kexec4j.crash;

/** Which CPUs the core header describes. */
public enum CpuSelection {
    /** All that are there, also those that do not run now: they may when the kernel crashes. What Linux' own loader does. */
    PRESENT,
    /** Those that run now. */
    ONLINE
}
