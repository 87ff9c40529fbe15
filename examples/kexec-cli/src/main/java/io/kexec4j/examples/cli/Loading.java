package io.kexec4j.examples.cli;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.architectures.BootArchitectures;
import io.kexec4j.boot.Module;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.container.ImageContainer;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.Decompression;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.linux.ImageSlot;
import io.kexec4j.linux.LoadForm;
import io.kexec4j.linux.LoadMode;
import io.kexec4j.linux.LoadPlan;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.purgatory.PurgatoryConsole;
import io.kexec4j.target.Target;
import io.kexec4j.target.TargetFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be loaded, from options and facts.
 *
 * @param target the machine
 * @param plan the image and the files, made when they are needed
 */
record Loading(Target target, LoadPlan plan) {
    /** What Java puts in the place of bytes that it could not decode. */
    private static final char UNDECODED = '\ufffd';

    static final String NO_CMA = "--no-cma is for kexec_file_load; kexec_load keeps nothing there";
    private static final String ALREADY_BUILT = "the image is built already";

    /**
     * @param actions for which slot, and which system call is wanted
     * @param root the directory with the machine's facts
     * @param progress hears what takes long
     */
    static Loading of(Options options, Actions actions, Path root, Progress progress) throws IOException {
        // What was typed is checked first: it can be wrong on any machine.
        if (options.loadJumpBackHelper) {
            return JumpBack.helper(options, actions.mode(), root);
        }
        JumpBack.check(options);
        options.kernel.preserveContext = options.loadPreserveContext;
        if (options.kernels.size() != 1) {
            throw new IllegalArgumentException(
                    "name one kernel to load, not %d; as in kexec -l /boot/vmlinuz".formatted(options.kernels.size()));
        }
        PhysicalRange window = window(options.kernel);
        verifySerial(options.kernel);
        Target target = target(root, Optional.ofNullable(options.architecture));
        Content file = Content.ofFile(options.kernels.get(0));
        if (ImageContainer.isContainer(file)) {
            return new Loading(target, ofContainer(options, actions.mode(), file, progress));
        }
        KernelFile kernel = KernelFile.parse(file, Decompression.DEFAULT, progress);
        if (options.kernel.type != null) {
            kernel = options.kernel.type.of(kernel);
        }
        KexecImageBuilder builder = KexecImageBuilder.forTarget(target)
                .kernel(kernel)
                .profile(options.kernel.profile)
                .within(window)
                .progress(progress)
                .verification(verification(options.kernel, target))
                .initrds(contents(options.kernel.initrds));
        if (options.kernel.commandLine != null || options.kernel.reuseCommandLine) {
            builder.commandLine(commandLine(options, target));
        }
        if (options.kernel.deviceTree != null) {
            builder.deviceTree(Content.ofFile(options.kernel.deviceTree));
        }
        for (Content overlay : contents(options.kernel.overlays)) {
            builder.overlay(overlay);
        }
        for (String module : options.kernel.modules) {
            builder.module(module(module));
        }
        options.kernel.bootOptions().forEach(builder::option);
        options.panic.wishes().ifPresent(builder::crash);
        options.panic.bootOptions().forEach(builder::option);
        LoadForm<KexecImage> image = options.noCma
                ? LoadForm.impossible(NO_CMA)
                : LoadForm.madeBy(() -> JumpBack.withEntry(builder.build(), options));
        LoadForm<KexecFiles> files = JumpBack.hasEntry(options)
                ? LoadForm.impossible(JumpBack.ENTRY)
                : LoadForm.madeBy(() -> withFlags(builder.buildFiles(), options));
        return new Loading(target, new LoadPlan(actions.mode(), actions.slot(), image, files));
    }

    /** The facts of the machine, for an architecture if one is named. */
    static Target target(Path root, Optional<Architecture> architecture) throws IOException {
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(root.toString());
        }
        TargetFiles files = TargetFiles.below(root);
        return architecture.isPresent() ? files.read(architecture.get()) : files.read();
    }

    /** An image that was written by {@code --output}: nothing about it can be changed. */
    private static LoadPlan ofContainer(Options options, LoadMode mode, Content file, Progress progress)
            throws IOException {
        if (options.kernel.areGiven() || options.panic.areGiven() || options.noCma || JumpBack.hasEntry(options)) {
            throw new IllegalArgumentException(
                    "%s in %s, and only what to do with it can be said; leave the options for the kernel out"
                            .formatted(ALREADY_BUILT, options.kernels.get(0)));
        }
        KexecImage image = ImageContainer.read(file, progress);
        return new LoadPlan(mode, ImageSlot.of(image), LoadForm.of(image), LoadForm.impossible(ALREADY_BUILT));
    }

    private static KexecFiles withFlags(KexecFiles files, Options options) {
        Set<KexecFileFlag> flags = EnumSet.noneOf(KexecFileFlag.class);
        flags.addAll(files.flags());
        if (options.noCma) {
            flags.add(KexecFileFlag.NO_CMA);
        }
        if (options.debug) {
            flags.add(KexecFileFlag.DEBUG);
        }
        return files.withFlags(flags);
    }

    private static List<Content> contents(List<Path> files) throws IOException {
        List<Content> contents = new ArrayList<>();
        for (Path file : files) {
            contents.add(Content.ofFile(file));
        }
        return contents;
    }

    /** As kexec-tools has it: the file, and behind the first blank the text, which begins with the file's name. */
    private static Module module(String text) throws IOException {
        String file = text.strip().split("\\s", 2)[0];
        return new Module(Content.ofFile(Path.of(file)), text.strip());
    }

    private static String commandLine(Options options, Target target) {
        String own = Optional.ofNullable(options.kernel.commandLine).orElse("");
        String reused = options.kernel.reuseCommandLine ? reused(target, options.panic.loadPanic) : "";
        String both = reused.isEmpty() || own.isEmpty() ? reused + own : reused + " " + own;
        if (both.indexOf(UNDECODED) >= 0) {
            throw new IllegalArgumentException(
                    "the command line has bytes that are not UTF-8, or that Java cannot read in"
                            + " this locale; run kexec with LC_ALL=C.UTF-8, and write what is not UTF-8 anew");
        }
        return both;
    }

    /** A kernel for a panic has no memory to set apart for another one. */
    private static String reused(Target target, boolean panic) {
        String reused = KernelParameters.without(target.commandLine(), "BOOT_IMAGE");
        return panic ? KernelParameters.without(reused, "crashkernel") : reused;
    }

    static PhysicalRange window(KernelOptions options) {
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

    private static void verifySerial(KernelOptions options) {
        if (options.isSerialPortGiven() && !options.consoleSerial) {
            throw new IllegalArgumentException(
                    "--serial and --serial-baud say where --console-serial prints; add that, or leave them out");
        }
    }

    private static Verification verification(KernelOptions options, Target target) throws IOException {
        Optional<PurgatoryConsole> console = options.consoleSerial
                ? Optional.of(BootArchitectures.of(target.architecture()).console(target, options.consoleWish()))
                : Optional.empty();
        return new Verification(!options.noChecks, MismatchAction.RESET, console);
    }
}
