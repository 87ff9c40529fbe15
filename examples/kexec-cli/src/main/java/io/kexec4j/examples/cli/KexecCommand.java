package io.kexec4j.examples.cli;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.KexecException;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.linux.CrashUpdates;
import io.kexec4j.linux.ImageSlot;
import io.kexec4j.linux.LoadCall;
import io.kexec4j.linux.LoadChoice;
import io.kexec4j.linux.LoadReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The kexec command: from options to calls of the SDK. */
final class KexecCommand {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int LOADED = 1;
    private static final int NOT_LOADED = 0;

    /** What {@code -S} ends with when it cannot tell; 1 would say that an image is loaded. */
    private static final int UNKNOWN = 255;

    private final Options options;
    private final Actions actions;
    private final RunningSystem system;
    private final PrintWriter out;
    private final PrintWriter err;
    private final ProgressLine progress;

    private KexecCommand(
            Options options,
            Actions actions,
            RunningSystem system,
            PrintWriter out,
            PrintWriter err,
            ProgressLine progress) {
        this.options = options;
        this.actions = actions;
        this.system = system;
        this.out = out;
        this.err = err;
        this.progress = progress;
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
        // All options are read whatever is wrong with one, as -S decides on the status of mistakes.
        line.getCommandSpec().parser().collectErrors(true);
        try {
            ParseResult parsed = line.parseArgs(arguments);
            if (!parsed.errors().isEmpty()) {
                throw new ParameterException(line, parsed.errors().get(0).getMessage());
            }
            Actions actions = Actions.of(parsed.matchedOptions(), !options.kernels.isEmpty());
            if (options.help) {
                line.usage(out);
                return SUCCESS;
            }
            try (ProgressLine progress =
                    !options.quiet && system.isTerminal() ? ProgressLine.on(err) : ProgressLine.none(err)) {
                return new KexecCommand(options, actions, system, out, err, progress).execute();
            }
        } catch (ParameterException e) {
            err.println("kexec: " + e.getMessage() + "; see kexec --help");
        } catch (UncheckedIOException e) {
            err.println("kexec: "
                    + ErrorText.of(Optional.<Exception>ofNullable(e.getCause()).orElse(e), options.panic.loadPanic));
        } catch (IOException | KexecException | IllegalArgumentException | IllegalStateException e) {
            err.println("kexec: " + ErrorText.of(e, options.panic.loadPanic));
        }
        return options.status ? UNKNOWN : FAILURE;
    }

    private int execute() throws IOException {
        if (options.version) {
            String version = KexecCommand.class.getPackage().getImplementationVersion();
            out.println("kexec4j " + (version == null ? "(not packaged)" : version));
            return SUCCESS;
        }
        if (options.loadLiveUpdate || options.execLiveUpdate) {
            throw new IllegalArgumentException(
                    "a live update of Xen goes by a hypercall, not by kexec_load; use the kexec of Xen's own system");
        }
        options.panic.check(options);
        options.output.check(options, actions);
        if (options.status) {
            boolean normal = options.load && !options.panic.loadPanic;
            return system.isLoaded(normal ? ImageSlot.NORMAL : ImageSlot.CRASH) ? LOADED : NOT_LOADED;
        }
        if (options.printCrashSize) {
            out.println(system.crashSize());
            return SUCCESS;
        }
        if (options.output.print() || (options.output.write() && actions.isNone())) {
            plan();
            return SUCCESS;
        }
        if (actions.isNone() && options.kernels.isEmpty()) {
            throw new IllegalArgumentException(
                    "say what to do: -l KERNEL loads, -p KERNEL loads for a panic, -e starts, -u unloads, -S asks; see kexec --help");
        }
        if (options.targetRoot != null) {
            throw new IllegalArgumentException(
                    "an image for the machine in --target-root cannot be loaded into this one; add --dry-run");
        }
        if (actions.unload()) {
            system.unload(actions.slot());
        }
        if (actions.load() || actions.isNone()) {
            load();
        }
        if (actions.isNone()) {
            system.shutDown();
        }
        if (actions.execute()) {
            start();
        }
        return SUCCESS;
    }

    private Loading loading() throws IOException {
        Path root = Optional.ofNullable(options.targetRoot).orElseGet(system::root);
        return Loading.of(options, actions, root, progress);
    }

    private void plan() throws IOException {
        if (actions.unload()) {
            throw new IllegalArgumentException("--dry-run plans what -l or -p would load; leave -u and -e out");
        }
        Loading loading = loading();
        KexecImage image = loading.plan().image().get();
        progress.clear();
        debug(loading);
        Outputs.write(options.output, loading.target(), image);
        if (options.output.print()) {
            Outputs.print(options.output, loading.target(), image, out);
        }
    }

    private void load() throws IOException {
        Loading loading = loading();
        requireSlot(loading);
        if (options.output.write()) {
            Outputs.write(
                    options.output, loading.target(), loading.plan().image().get());
        }
        LoadReport report = system.load(loading.plan(), choice -> announce(loading, choice));
        progress.clear();
        // With -d it has been said already.
        if (!report.refusals().isEmpty() && !options.debug) {
            note(report.choice().describe());
        }
        report.remarks().forEach(this::note);
        if (options.debug && report.updates() == CrashUpdates.IN_PLACE) {
            err.println("kexec: the running kernel updates the image when CPUs and memory come and go");
        }
        err.flush();
    }

    /** An image that is built already is for one slot, and what else is asked for depends on which it is. */
    private void requireSlot(Loading loading) {
        if (loading.plan().slot() != actions.slot()) {
            throw new IllegalArgumentException(
                    actions.slot() == ImageSlot.CRASH
                            ? "the image is none for a panic; load it with -l, or build it with -p"
                            : "the image is for a panic; load it with -p");
        }
    }

    private void announce(Loading loading, LoadChoice choice) {
        progress.clear();
        try {
            if (choice.call() == LoadCall.KEXEC_LOAD) {
                debug(loading);
                KexecImage image = loading.plan().image().get();
                announce(choice, image.remarks());
                progress.loading(image.segments().stream()
                        .mapToLong(segment -> segment.content().size())
                        .sum());
            } else {
                KexecFiles files = loading.plan().files().get();
                announce(choice, files.remarks());
                progress.loading(files.kernel().size()
                        + files.initrd().map(Content::size).orElse(0L));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void announce(LoadChoice choice, List<String> remarks) {
        remarks.forEach(this::note);
        if (options.debug) {
            err.println("kexec: " + choice.describe());
        }
        err.flush();
    }

    private void debug(Loading loading) throws IOException {
        if (options.debug) {
            err.print(Plan.of(loading.target(), loading.plan().image().get()));
            err.flush();
        }
    }

    /** One that stays up is no reason to stay: the others are down already. */
    private void interfacesDown() {
        try {
            system.interfacesDown();
        } catch (IOException e) {
            note(ErrorText.of(e, false));
            Stream.of(e.getSuppressed()).map(Throwable::getMessage).forEach(this::note);
        }
        err.flush();
    }

    private void note(@Nullable String text) {
        err.println("kexec: note: " + text);
    }

    private void start() throws IOException {
        if (!system.isLoaded(ImageSlot.NORMAL)) {
            throw new IllegalStateException("nothing has been loaded; run kexec -l KERNEL first");
        }
        // First, as what is not written back yet may have to go over the network.
        if (!options.noSync) {
            system.sync();
        }
        if (!options.noIfDown) {
            interfacesDown();
        }
        system.execute();
        // Only a kernel that was kept and jumped back to gets here.
        if (!options.noIfDown) {
            note("this kernel was jumped back to; its network interfaces are down: take them up, or use -x next time");
        }
    }
}
