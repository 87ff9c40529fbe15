package io.kexec4j.crash;

/**
 * What an image for a crash is to be like.
 *
 * @param cpus which CPUs the core header describes
 * @param hotplug whether the running kernel shall update the core header in the image when CPUs and memory come and go ({@code
 *     KEXEC_CRASH_HOTPLUG_SUPPORT}); it then has room to grow, and the purgatory does not check it
 * @param elf32 whether the core header has 32 bits, for old tools that read the dump; only where all memory lies below 4 GiB
 */
public record CrashOptions(CpuSelection cpus, boolean hotplug, boolean elf32) {
    /** All CPUs that are there, with 64 bits. The image has to be loaded again whenever CPUs or memory come or go. */
    public static final CrashOptions DEFAULT = new CrashOptions(CpuSelection.PRESENT, false, false);

    /**
     * {@return this with other CPUs}
     *
     * @param selection which CPUs the core header describes
     */
    public CrashOptions withCpus(CpuSelection selection) {
        return new CrashOptions(selection, hotplug, elf32);
    }

    /**
     * {@return this with updates in place, or without}
     *
     * @param wanted whether the running kernel shall update the core header in the image
     */
    public CrashOptions withHotplug(boolean wanted) {
        return new CrashOptions(cpus, wanted, elf32);
    }

    /**
     * {@return this with a core header of 32 bits, or of 64}
     *
     * @param wanted whether it has 32 bits
     */
    public CrashOptions withElf32(boolean wanted) {
        return new CrashOptions(cpus, hotplug, wanted);
    }
}
