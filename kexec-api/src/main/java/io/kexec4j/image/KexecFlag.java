package io.kexec4j.image;

/** What kexec_load is told besides the segments (include/uapi/linux/kexec.h). */
public enum KexecFlag {
    /** {@code KEXEC_ON_CRASH}: the image is for a crash, and lies in the memory that was set apart for it. */
    ON_CRASH(0x1),
    /**
     * {@code KEXEC_PRESERVE_CONTEXT}: the running kernel waits until it is jumped back to. Refused with EINVAL by kernels without
     * {@code CONFIG_KEXEC_JUMP}.
     */
    PRESERVE_CONTEXT(0x2),
    /**
     * {@code KEXEC_UPDATE_ELFCOREHDR}: on x86, the running kernel may rewrite the core header when CPUs or memory come and go. Refused
     * with EINVAL by kernels before 6.6; since 6.10 {@link #CRASH_HOTPLUG_SUPPORT} says the same.
     */
    UPDATE_ELFCOREHDR(0x4),
    /**
     * {@code KEXEC_CRASH_HOTPLUG_SUPPORT}: the running kernel may rewrite, when CPUs or memory come and go, what describes them to the
     * crash kernel; it is large enough, and the purgatory does not check it. Refused with EINVAL by kernels before 6.10.
     */
    CRASH_HOTPLUG_SUPPORT(0x8);

    private final long bit;

    KexecFlag(long bit) {
        this.bit = bit;
    }

    /**
     * {@return the bit in the flags of kexec_load}
     */
    public long bit() {
        return bit;
    }
}
