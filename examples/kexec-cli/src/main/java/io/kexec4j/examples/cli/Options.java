package io.kexec4j.examples.cli;

import io.kexec4j.image.Architecture;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of the kexec command, as they are written. Names and meanings are those of kexec-tools. */
@Command(
        name = "kexec",
        mixinStandardHelpOptions = false,
        sortOptions = false,
        description = "Loads a second kernel into the running one, and starts it.",
        footer = {
            "",
            "Of -l, -e, -f and -u a later one overrides an earlier one, but -u -l does both; so it is with -c, -s and -a.",
            "With -p all is about the kernel for a panic, wherever -p stands: -p -u and -u -p unload it, and -e and -f do not go with it.",
            "KERNEL alone is loaded, and then the machine is shut down with shutdown -r now, which starts it.",
            "Exit status: 0 if all went well, 1 if not. With -S: 1 if an image is loaded, 0 if none is, 255 if that cannot be told.",
            "",
            "Options of kexec-tools that there is no use for: --reuseinitrd, as x86 has no device tree that tells where the initrd"
                    + " lies; --load-live-update and --exec-live-update, as Xen takes these by a hypercall and not by kexec_load;"
                    + " types beoboot-x86, a format that nothing writes any more, and nbi-x86, which kexec-tools never could load."
        })
final class Options {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    boolean help;

    @Option(
            names = {"-v", "--version"},
            description = "Print the version.")
    boolean version;

    @Option(
            names = {"-l", "--load"},
            description = "Load KERNEL.")
    boolean load;

    @Option(
            names = {"-u", "--unload"},
            description = "Unload the image; with -p, the one for a panic.")
    boolean unload;

    @Option(
            names = {"-e", "--exec"},
            description = "Start the image that is loaded, at once: without shutting down.")
    boolean exec;

    @Option(
            names = {"-f", "--force"},
            description = "Load KERNEL and start it at once: without shutting down.")
    boolean force;

    @Option(
            names = {"-x", "--no-ifdown"},
            description = "With -e and -f: leave the network interfaces up.")
    boolean noIfDown;

    @Option(
            names = {"-y", "--no-sync"},
            description = "With -e and -f: do not write file systems back.")
    boolean noSync;

    @Option(
            names = "--print-ckr-size",
            description = "Print in bytes how much memory crashkernel= has reserved for KERNEL of -p; 0 if none.")
    boolean printCrashSize;

    @Option(
            names = {"-S", "--status"},
            description =
                    "Tell by the exit status whether an image for a panic is loaded; with -l, whether a normal one is.")
    boolean status;

    @Option(
            names = {"-d", "--debug"},
            description = "Print the plan, the system call and the reason on standard error.")
    boolean debug;

    @Option(
            names = {"-q", "--quiet"},
            description = "Do not show on a terminal how far long work has come.")
    boolean quiet;

    @Option(
            names = "--target-root",
            paramLabel = "DIR",
            description = "Build for the machine whose files are in DIR; nothing can be loaded then.")
    @Nullable
    Path targetRoot;

    @Option(
            names = "--arch",
            paramLabel = "NAME",
            converter = Values.ArchitectureName.class,
            description = "The architecture of the machine in --target-root, if its files do not tell.")
    @Nullable
    Architecture architecture;

    @Option(
            names = {"-c", "--kexec-syscall"},
            description = "Use kexec_load: the image is built here.")
    boolean kexecLoad;

    @Option(
            names = {"-s", "--kexec-file-syscall"},
            description = "Use kexec_file_load: the running kernel builds the image.")
    boolean kexecFileLoad;

    @Option(
            names = {"-a", "--kexec-syscall-auto"},
            description = "Choose the system call, and say which and why with -d; this is the default.")
    boolean automatic;

    @Option(
            names = "--no-cma",
            description =
                    "Keep the image out of the memory for contiguous allocations, which only kexec_file_load uses; not with -c.")
    boolean noCma;

    @Option(
            names = "--load-preserve-context",
            description =
                    "Load KERNEL and keep the running one, to be jumped back to. Needs --mem-max, which is what KERNEL may"
                            + " use and the running one keeps, and a kernel with CONFIG_KEXEC_JUMP. Start it with -e -x:"
                            + " without -x the network is down after the jump back.")
    boolean loadPreserveContext;

    @Option(
            names = "--load-jump-back-helper",
            description = "Load what jumps back to the kernel that waits at --entry, to be started with -e.")
    boolean loadJumpBackHelper;

    @Option(
            names = "--entry",
            paramLabel = "ADDR",
            converter = Values.Address.class,
            description =
                    "Begin at ADDR. With --load-jump-back-helper, where the other kernel waits: what"
                            + " kexec_jump_back_entry= says on the command line. Else an address in the image; 0 changes nothing.")
    @Nullable
    Long entry;

    @Option(names = "--load-live-update", hidden = true)
    boolean loadLiveUpdate;

    @Option(names = "--exec-live-update", hidden = true)
    boolean execLiveUpdate;

    @Mixin
    final PanicOptions panic = new PanicOptions();

    @Mixin
    final KernelOptions kernel = new KernelOptions();

    @Mixin
    final OutputOptions output = new OutputOptions();

    // One at a time: picocli knows no abbreviated options behind a parameter that takes many.
    @Parameters(arity = "0..1", paramLabel = "KERNEL", description = "The second kernel, or an image of --output.")
    List<Path> kernels = List.of();
}
