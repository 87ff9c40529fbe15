package io.kexec4j.examples.cli;

import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.x86.X86Option;
import io.kexec4j.crash.CrashOptions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

/** What has to do with a kernel that is started when the running one panics. */
final class PanicOptions {
    @Option(
            names = {"-p", "--load-panic"},
            description =
                    "Load KERNEL into the memory that crashkernel= has reserved, to be started when the running kernel panics. With"
                            + " -u, unload it.")
    boolean loadPanic;

    @Option(
            names = "--hotplug",
            description = "With -p: have the running kernel update the image when CPUs and memory come and go.")
    boolean hotplug;

    @Option(
            names = "--elf32-core-headers",
            description =
                    "With -p: describe the memory in an ELF file of 32 bits; only where all of it lies below 4 GiB.")
    boolean elf32;

    @Option(
            names = "--elf64-core-headers",
            description = "With -p: describe the memory in an ELF file of 64 bits; this is the default.")
    boolean elf64;

    @Option(
            names = "--pass-memmap-cmdline",
            description = "With -p, on x86: say on the command line, too, which memory the second kernel may use.")
    boolean memmapOnCommandLine;

    @Option(
            names = "--backup-low-memory",
            description =
                    "With -p, on x86: have the memory below 640 KiB copied before the second kernel uses it, so that it is in the dump;"
                            + " Linux 5.5 and newer has nothing there. For older kernels this is done anyway.")
    boolean backUpLowMemory;

    /** Refuses what would silently not be done. */
    void check(Options options) {
        if (!loadPanic && areGiven()) {
            throw new IllegalArgumentException(
                    "--hotplug, --pass-memmap-cmdline, --backup-low-memory, --elf32-core-headers and --elf64-core-headers are for a"
                            + " kernel that is started by a panic; add -p, or leave them out");
        }
        if (elf32 && elf64) {
            throw new IllegalArgumentException("--elf32-core-headers and --elf64-core-headers exclude each other");
        }
        if (loadPanic && (options.exec || options.force)) {
            throw new IllegalArgumentException(
                    "what -p loads is started by a panic, and not by -e or -f; load it first, and start another image then");
        }
        if (loadPanic && (options.loadPreserveContext || options.loadJumpBackHelper)) {
            throw new IllegalArgumentException(
                    "from a panic there is no way back; leave --load-preserve-context and --load-jump-back-helper out, or -p");
        }
    }

    /** Whether anything is said about the image, which one that is built already cannot take. */
    boolean areGiven() {
        return hotplug || elf32 || elf64 || memmapOnCommandLine || backUpLowMemory;
    }

    /** What only x86 knows of this. */
    Set<BootOption> bootOptions() {
        Set<BootOption> wanted = new HashSet<>();
        if (memmapOnCommandLine) {
            wanted.add(X86Option.MEMMAP_ON_COMMAND_LINE);
        }
        if (backUpLowMemory) {
            wanted.add(X86Option.BACK_UP_LOW_MEMORY);
        }
        return wanted;
    }

    /** What an image for a panic is to be like; empty for any other image. */
    Optional<CrashOptions> wishes() {
        return loadPanic ? Optional.of(CrashOptions.DEFAULT.withHotplug(hotplug).withElf32(elf32)) : Optional.empty();
    }
}
