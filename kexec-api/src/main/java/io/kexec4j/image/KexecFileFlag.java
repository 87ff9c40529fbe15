package io.kexec4j.image;

/**
 * What kexec_file_load is told besides the files (include/uapi/linux/kexec.h). The two others that exist follow from the call:
 * {@code KEXEC_FILE_UNLOAD} unloads, and {@code KEXEC_FILE_NO_INITRAMFS} says that there is no initrd.
 */
public enum KexecFileFlag {
    /** {@code KEXEC_FILE_ON_CRASH}: the kernel is for a crash, and goes to the memory that was set apart for it. */
    ON_CRASH(0x2, 3, 17),
    /** {@code KEXEC_FILE_DEBUG}: the kernel logs what it does. Changes nothing else. */
    DEBUG(0x8, 6, 8),
    /**
     * {@code KEXEC_FILE_NO_CMA}: the image is not kept in memory for contiguous allocations (CMA), where kernels that know
     * this flag prefer to keep it, because they need not move it from there when it is started.
     */
    NO_CMA(0x10, 6, 17),
    /**
     * {@code KEXEC_FILE_FORCE_DTB}: on x86, the second kernel gets the device tree that the running kernel was booted with.
     * Architectures that always boot with a device tree pass it on anyway.
     */
    FORCE_DTB(0x20, 6, 18);

    private final long bit;
    private final int sinceMajor;
    private final int sinceMinor;

    KexecFileFlag(long bit, int sinceMajor, int sinceMinor) {
        this.bit = bit;
        this.sinceMajor = sinceMajor;
        this.sinceMinor = sinceMinor;
    }

    /**
     * {@return the bit in the flags of kexec_file_load}
     */
    public long bit() {
        return bit;
    }

    /**
     * {@return whether Linux of a release has the flag; kernels of distributions may have it earlier. An older one refuses the
     *     whole call with {@code EINVAL}}
     *
     * @param major first number of the release, as the 6 of 6.12
     * @param minor second number of the release, as the 12 of 6.12
     */
    public boolean isKnownTo(int major, int minor) {
        return major > sinceMajor || (major == sinceMajor && minor >= sinceMinor);
    }

    /**
     * {@return the first release of Linux that has the flag, such as 6.8}
     */
    public String since() {
        return sinceMajor + "." + sinceMinor;
    }
}
