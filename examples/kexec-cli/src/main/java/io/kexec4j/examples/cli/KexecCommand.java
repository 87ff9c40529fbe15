package io.kexec4j.examples.cli;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.error.KexecException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.linux.ImageSlot;
import io.kexec4j.linux.Kexec;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.SerialConsole;
import io.kexec4j.target.Target;
import io.kexec4j.target.TargetFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The kexec command: from options to calls of the SDK. */
final class KexecCommand {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int DEFAULT_SERIAL_PORT = 0x3f8;

    private final Options options;
    private final Kexec kexec;
    private final PrintWriter out;
    private final PrintWriter err;

    private KexecCommand(Options options, Kexec kexec, PrintWriter out, PrintWriter err) {
        this.options = options;
        this.kexec = kexec;
        this.out = out;
        this.err = err;
    }

    /** Runs the command and gives its exit status. */
    static int run(Kexec kexec, PrintWriter out, PrintWriter err, String... arguments) {
        Options options = new Options();
        CommandLine line = new CommandLine(options);
        try {
            line.parseArgs(arguments);
            if (options.help) {
                line.usage(out);
                return SUCCESS;
            }
            return new KexecCommand(options, kexec, out, err).execute();
        } catch (ParameterException e) {
            err.println("kexec: " + e.getMessage() + "; see kexec --help");
        } catch (IOException | KexecException | IllegalArgumentException | UnsupportedOperationException e) {
            err.println("kexec: " + ErrorText.of(e));
        }
        return FAILURE;
    }

    private int execute() throws IOException {
        if (options.version) {
            String version = KexecCommand.class.getPackage().getImplementationVersion();
            out.println("kexec4j " + (version == null ? "(not packaged)" : version));
            return SUCCESS;
        }
        if (options.status) {
            return kexec.isLoaded(options.load ? ImageSlot.NORMAL : ImageSlot.CRASH) ? 1 : 0;
        }
        boolean load = options.load || options.force || options.dryRun;
        if (!load && !options.unload && !options.exec) {
            throw new IllegalArgumentException(
                    "say what to do: -l KERNEL loads, -e starts, -u unloads, -S asks;" + " see kexec --help");
        }
        if (options.unload && (load || options.exec)) {
            throw new IllegalArgumentException("-u cannot be combined with -l, -f, -e or --dry-run; run kexec twice");
        }
        if (options.unload) {
            kexec.unload(ImageSlot.NORMAL);
            return SUCCESS;
        }
        if (load) {
            load();
        }
        if ((options.exec || options.force) && !options.dryRun) {
            kexec.execute();
        }
        return SUCCESS;
    }

    private void load() throws IOException {
        if (options.targetRoot != null && !options.dryRun) {
            throw new IllegalArgumentException(
                    "an image for the machine in --target-root cannot be loaded into this one;" + " add --dry-run");
        }
        Path root = Optional.ofNullable(options.targetRoot).orElse(Path.of("/"));
        Target target = TargetFiles.below(root).read();
        KexecImage image = image(target);
        if (options.debug) {
            err.print(Plan.of(target, image));
            err.flush();
        }
        if (options.dryRun) {
            out.print(image.describe());
            out.flush();
        } else {
            kexec.load(image);
        }
    }

    private KexecImage image(Target target) throws IOException {
        if (options.kernels.size() != 1) {
            throw new IllegalArgumentException(
                    "name one kernel to load, not %d; as in kexec -l /boot/vmlinuz".formatted(options.kernels.size()));
        }
        KexecImageBuilder builder = KexecImageBuilder.forTarget(target)
                .kernel(options.kernels.get(0))
                .commandLine(commandLine(target))
                .within(window())
                .verification(verification());
        if (options.initrd != null) {
            builder.initrd(options.initrd);
        }
        return builder.build();
    }

    private String commandLine(Target target) {
        String own = Optional.ofNullable(options.commandLine).orElse("");
        if (!options.reuseCommandLine) {
            return own;
        }
        String reused = KernelParameters.without(target.commandLine(), "BOOT_IMAGE");
        return reused.isEmpty() || own.isEmpty() ? reused + own : reused + " " + own;
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
        boolean console = options.consoleSerial || options.serialPort != null || options.serialBaud != 0;
        int port = Optional.ofNullable(options.serialPort).orElse(DEFAULT_SERIAL_PORT);
        return new Verification(
                !options.noChecks,
                MismatchAction.RESET,
                console ? Optional.of(new SerialConsole(port, options.serialBaud)) : Optional.empty());
    }
}
