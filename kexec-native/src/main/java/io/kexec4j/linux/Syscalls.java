package io.kexec4j.linux;

import com.sun.jna.Pointer;
import org.jspecify.annotations.Nullable;

/** The few calls that this module makes to the kernel. Each gives 0, or the error number if the kernel refused. */
interface Syscalls {
    /**
     * Calls kexec_load(2).
     *
     * @param entry physical address at which execution begins
     * @param count number of segments
     * @param segments an array of {@code struct kexec_segment}; null if there is none
     * @param flags {@code KEXEC_*} and {@code KEXEC_ARCH_*}
     */
    int kexecLoad(long entry, int count, @Nullable Pointer segments, long flags);

    /**
     * Calls reboot(2) with the magic numbers. If it works it does not return.
     *
     * @param command {@code LINUX_REBOOT_CMD_*}
     */
    int reboot(int command);

    /** Calls sync(2), which cannot fail. */
    void sync();
}
