package io.kexec4j.examples.cli;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.boot.x86.X86Option;
import io.kexec4j.error.KexecException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.linux.ImageSlot;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.target.Target;
import io.kexec4j.target.TargetFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The kexec command: from options to calls of the SDK. */
final class KexecCommand {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int LOADED = 1;
    private static final int NOT_LOADED = 0;

    /** What {@code -S} ends with when it cannot tell; 1 would say that an image is loaded. */
    private static final int UNKNOWN = 255;

    private static final int DEFAULT_SERIAL_PORT = 0x3f8;

    /** What Java puts in the place of bytes that it could not decode. */
    private static final char UNDECODED = '\ufffd';

    private final Options options;
    private final Actions actions;
    private final RunningSystem system;
    private final PrintWriter out;
    private final PrintWriter err;

    private KexecCommand(Options options, Actions actions, RunningSystem system, PrintWriter out, PrintWriter err) {
        this.options = options;
        this.actions = actions;
        this.system = system;
        this.out = out;
        this.err = err;
    }

    /** Runs the command and gives its exit status. */
    static int run(RunningSystem system, PrintWriter out, PrintWriter err, String... arguments) {
        Options options = new Options();
        // As getopt_long has it: the last of several wins, names may be abbreviated, and a value may begin with a dash.
        CommandLine line = new CommandLine(options)
                .setOverwrittenOptionsAllowed(true)
                .setAbbreviatedOptionsAllowed(true)
                .setAllowOptionsAsOptionParameters(true)
                .setExpandAtFiles(false);
        try {
            Actions actions = Actions.of(line.parseArgs(arguments).matchedOptions());
            if (options.help) {
                line.usage(out);
                return SUCCESS;
            }
            return new KexecCommand(options, actions, system, out, err).execute();
        } catch (ParameterException e) {
            err.println("kexec: " + e.getMessage() + "; see kexec --help");
        } catch (IOException | KexecException | IllegalArgumentException | IllegalStateException e) {
            err.println("kexec: " + ErrorText.of(e));
        }
        return options.status ? UNKNOWN : FAILURE;
    }

    private int execute() throws IOException {
        if (options.version) {
            String version = KexecCommand.class.getPackage().getImplementationVersion();
            out.println("kexec4j " + (version == null ? "(not packaged)" : version));
            return SUCCESS;
        }
        if (options.status) {
            return system.isLoaded(options.load ? ImageSlot.NORMAL : ImageSlot.CRASH) ? LOADED : NOT_LOADED;
        }
        if (options.dryRun) {
            dryRun();
            return SUCCESS;
        }
        if (actions.isNone()) {
            throw new IllegalArgumentException(
                    "say what to do: -l KERNEL loads, -e starts, -u unloads, -S asks; see kexec --help");
        }
        if (options.targetRoot != null) {
            throw new IllegalArgumentException(
                    "an image for the machine in --target-root cannot be loaded into this one; add --dry-run");
        }
        if (actions.unload()) {
            system.unload();
        }
        if (actions.load()) {
            KexecImage image = plan();
            system.load(image);
        }
        if (actions.execute()) {
            if (!system.isLoaded(ImageSlot.NORMAL)) {
                throw new IllegalStateException("nothing has been loaded; run kexec -l KERNEL first");
            }
            system.execute();
        }
        return SUCCESS;
    }

    private void dryRun() throws IOException {
        if (actions.unload() || (actions.execute() && !actions.load())) {
            throw new IllegalArgumentException("--dry-run plans what -l would load; leave -u and -e out");
        }
        out.print(plan().describe());
        out.flush();
    }

    private KexecImage plan() throws IOException {
        // What was typed is checked first: it can be wrong on any machine.
        if (options.kernels.size() != 1) {
            throw new IllegalArgumentException(
                    "name one kernel to load, not %d; as in kexec -l /boot/vmlinuz".formatted(options.kernels.size()));
        }
        PhysicalRange window = window();
        Verification verification = verification();
        Path root = Optional.ofNullable(options.targetRoot).orElseGet(system::root);
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root.toString());
        }
        Target target = TargetFiles.below(root).read();
        KexecImageBuilder builder = KexecImageBuilder.forTarget(target)
                .kernel(options.kernels.get(0))
                .commandLine(commandLine(target))
                .within(window)
                .verification(verification);
        if (options.initrd != null) {
            builder.initrd(options.initrd);
        }
        if (options.noEfi) {
            builder.option(X86Option.NO_EFI);
        }
        if (options.reuseVideo) {
            builder.option(X86Option.REUSE_VIDEO);
        }
        if (options.entry32Bit) {
            builder.option(X86Option.ENTRY_32BIT);
        }
        KexecImage image = builder.build();
        if (options.debug) {
            err.print(Plan.of(target, image));
            err.flush();
        }
        return image;
    }

    private String commandLine(Target target) {
        String own = Optional.ofNullable(options.commandLine).orElse("");
        String reused = options.reuseCommandLine ? KernelParameters.without(target.commandLine(), "BOOT_IMAGE") : "";
        String both = reused.isEmpty() || own.isEmpty() ? reused + own : reused + " " + own;
        if (both.indexOf(UNDECODED) >= 0) {
            throw new IllegalArgumentException(
                    "the command line has bytes that are not UTF-8, or that Java cannot read in"
                            + " this locale; run kexec with LC_ALL=C.UTF-8, and write what is not UTF-8 anew");
        }
        return both;
    }

    private PhysicalRange window() {
        long min = Optional.ofNullable(options.memMin).orElse(0L);
        // Inclusive, as kexec-tools has it; the very last address is no limit at all.
        long max = Optional.ofNullable(options.memMax)
                .filter(last -> last != -1)
                .map(last -> last + 1)
                .orElse(-1L);
        if (Long.compareUnsigned(min, max) >= 0) {
            throw new IllegalArgumentException("--mem-min must be below --mem-max");
        }
        return new PhysicalRange(min, max);
    }

    private Verification verification() {
        int port = Optional.ofNullable(options.serialPort).orElse(DEFAULT_SERIAL_PORT);
        return new Verification(
                !options.noChecks,
                MismatchAction.RESET,
                options.consoleSerial ? Optional.of(new SerialConsole(port, options.serialBaud)) : Optional.empty());
    }
}
