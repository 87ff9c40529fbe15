package io.kexec4j.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether the kernel itself keeps the crash image that is loaded true when CPUs and memory come and go; where not, the image has to be
 * built and loaded anew then. This is what a udev rule asks before it reloads.
 *
 * @param cpus whether it does when CPUs come and go ({@code /sys/devices/system/cpu/crash_hotplug})
 * @param memory whether it does when memory comes and goes ({@code /sys/devices/system/memory/crash_hotplug})
 */
public record CrashHotplug(boolean cpus, boolean memory) {
    static CrashHotplug read(Path root) throws IOException {
        Path devices = root.resolve("sys/devices/system");
        return new CrashHotplug(flag(devices.resolve("cpu")), flag(devices.resolve("memory")));
    }

    /** Kernels that cannot do it, or that know no memory that comes and goes, have no such file. */
    private static boolean flag(Path directory) throws IOException {
        Path file = directory.resolve("crash_hotplug");
        return Files.exists(file) && KexecSysfs.flag(file);
    }
}
