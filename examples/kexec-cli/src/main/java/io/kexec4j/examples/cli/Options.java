package io.kexec4j.examples.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
            "Of -l, -e, -f and -u a later one overrides an earlier one, but -u -l does both.",
            "Exit status: 0 if all went well, 1 if not. With -S: 1 if an image is loaded, 0 if none is, 255 if that cannot be told."
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
            description = "Unload the image.")
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
            names = {"-S", "--status"},
            description = "Tell by the exit status whether a crash image is loaded; with -l, whether a normal one is.")
    boolean status;

    @Option(
            names = {"-d", "--debug"},
            description = "Print the plan on standard error.")
    boolean debug;

    @Option(
            names = "--dry-run",
            description = "Print the plan, and load nothing. Needs no privileges but to read the facts.")
    boolean dryRun;

    @Option(
            names = "--target-root",
            paramLabel = "DIR",
            description = "Build for the machine whose files are in DIR; needs --dry-run.")
    @Nullable
    Path targetRoot;

    @Option(
            names = {"-c", "--kexec-syscall"},
            description = "Use kexec_load. This is the only way so far.")
    boolean kexecLoad;

    @Option(
            names = {"-a", "--kexec-syscall-auto"},
            description = "Choose the system call; this is the default.")
    boolean automatic;

    @Option(
            names = {"--initrd", "--ramdisk"},
            paramLabel = "FILE",
            description = "The initial RAM disk of the second kernel.")
    @Nullable
    Path initrd;

    @Option(
            names = {"--append", "--command-line"},
            paramLabel = "TEXT",
            description = "The command line of the second kernel.")
    @Nullable
    String commandLine;

    @Option(
            names = "--reuse-cmdline",
            description = "Begin the command line with that of the running kernel, without BOOT_IMAGE.")
    boolean reuseCommandLine;

    @Option(names = "--entry-32bit", description = "Enter a bzImage in 32-bit mode though it has a 64-bit entry.")
    boolean entry32Bit;

    @Option(
            names = "--mem-min",
            paramLabel = "ADDR",
            converter = Numbers.Address.class,
            description = "Use no memory below ADDR.")
    @Nullable
    Long memMin;

    @Option(
            names = "--mem-max",
            paramLabel = "ADDR",
            converter = Numbers.Address.class,
            description = "Use no memory above ADDR.")
    @Nullable
    Long memMax;

    @Option(names = "--noefi", description = "Do not hand EFI's runtime services on to the second kernel.")
    boolean noEfi;

    @Option(
            names = "--reuse-video-type",
            description = "Hand the screen on as the firmware has set it up, though a driver has changed its mode.")
    boolean reuseVideo;

    @Option(
            names = {"-i", "--no-checks"},
            description = "Start the second kernel without verifying that it is intact.")
    boolean noChecks;

    @Option(names = "--console-serial", description = "Print on the serial port what happens between the two kernels.")
    boolean consoleSerial;

    @Option(
            names = "--serial",
            paramLabel = "PORT",
            converter = Numbers.SerialPort.class,
            description =
                    "The serial port for --console-serial: ttyS0 (the default), ttyS1, or an I/O port in hexadecimal as in 0x3f8.")
    @Nullable
    Integer serialPort;

    @Option(
            names = "--serial-baud",
            paramLabel = "RATE",
            description = "Set the serial port for --console-serial to RATE; by default it stays as it is.")
    int serialBaud;

    // One at a time: picocli knows no abbreviated options behind a parameter that takes many.
    @Parameters(arity = "0..1", paramLabel = "KERNEL", description = "The second kernel.")
    List<Path> kernels = List.of();
}
