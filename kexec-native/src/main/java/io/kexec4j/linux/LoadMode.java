package io.kexec4j.linux;

/** Which system call a caller wants. */
public enum LoadMode {
    /** Whichever will work; and, if the kernel refuses it for a reason that the other call may not meet, the other. */
    AUTO,
    /** {@link LoadCall#KEXEC_LOAD}, and no other. */
    KEXEC_LOAD,
    /** {@link LoadCall#KEXEC_FILE_LOAD}, and no other. */
    KEXEC_FILE_LOAD
}
