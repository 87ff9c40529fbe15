package io.kexec4j.image;

/** What kexec_load is told besides the segments (include/uapi/linux/kexec.h). */
public enum KexecFlag {
    /** {@code KEXEC_ON_CRASH}: the image is for a crash, and lies in the memory that was set apart for it. */
    ON_CRASH(0x1),
    /**
     * {@code KEXEC_PRESERVE_CONTEXT}: the running kernel waits until it is jumped back to. Refused with EINVAL by kernels without
     * {@code CONFIG_KEXEC_JUMP}.
     */
    PRESERVE_CONTEXT(0x2);

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
