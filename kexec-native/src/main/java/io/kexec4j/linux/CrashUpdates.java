package io.kexec4j.linux;

/** How what was loaded stays true when CPUs and memory come and go. */
public enum CrashUpdates {
    /** It is no image for a crash, and need not know of CPUs and memory that come later. */
    NOT_NEEDED,
    /** The running kernel updates it. */
    IN_PLACE,
    /** It has to be built and loaded anew. */
    BY_RELOAD
}
