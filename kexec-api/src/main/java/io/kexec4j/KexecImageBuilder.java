package io.kexec4j;

import io.kexec4j.architectures.BootArchitectures;
import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.DeviceTreeOverlays;
import io.kexec4j.boot.Initrds;
import io.kexec4j.boot.Module;
import io.kexec4j.boot.RandomSource;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.crash.CpuSelection;
import io.kexec4j.crash.CrashOptions;
import io.kexec4j.crash.CrashPlan;
import io.kexec4j.crash.CrashRules;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a kexec image is made of, and builds it. Only the machine and the kernel are needed. Not thread-safe; what it
 * builds is immutable.
 *
 * <p>The same inputs give the same image, byte for byte, but for the random bytes that {@link #random} provides. To build many
 * images of the same files, read them once with {@link KernelFile#parse} and {@link Content#ofFile}: their digests are then
 * computed once.
 */
public final class KexecImageBuilder {
    private static final PhysicalRange ALL_MEMORY = new PhysicalRange(0, -1);

    /** For images that are not started. */
    private static final Verification WITHOUT_DIGESTS =
            new Verification(false, Verification.DEFAULT.onMismatch(), Optional.empty());

    private final Target target;
    private @Nullable KernelFile kernel;
    private Optional<Content> initrd = Optional.empty();
    private Optional<String> commandLine = Optional.empty();
    private int profile;
    private Optional<Content> deviceTree = Optional.empty();
    private final List<Content> overlays = new ArrayList<>();
    private final List<Module> modules = new ArrayList<>();
    private final Set<BootOption> options = new HashSet<>();
    private Optional<CrashOptions> crash = Optional.empty();
    private PhysicalRange window = ALL_MEMORY;
    private Verification verification = Verification.DEFAULT;
    private RandomSource random = RandomSource.system();
    private Progress progress = Progress.NONE;

    private KexecImageBuilder(Target target) {
        this.target = target;
    }

    /**
     * Starts an image for a machine.
     *
     * @param target the machine that will run it
     * @return a builder with nothing else set
     */
    public static KexecImageBuilder forTarget(Target target) {
        return new KexecImageBuilder(target);
    }

    /**
     * Sets the second kernel.
     *
     * @param file a kernel: for x86_64, a bzImage, an ELF file such as a vmlinux, a multiboot kernel such as Xen, or a UKI with one
     *     of these; for arm64, an Image, an EFI zboot image or a vmlinux, or a UKI with one; the whole file may be compressed
     * @return this
     * @throws io.kexec4j.error.MalformedInputException if it is none; the message says what it is instead
     * @throws IOException if it cannot be read
     */
    public KexecImageBuilder kernel(Path file) throws IOException {
        return kernel(KernelFile.parse(Content.ofFile(file)));
    }

    /**
     * Sets the second kernel.
     *
     * @param file a kernel that has been read
     * @return this
     */
    public KexecImageBuilder kernel(KernelFile file) {
        kernel = file;
        return this;
    }

    /**
     * Chooses a profile of a UKI: which of its kernels, with which initrd and command line. By default the first, 0.
     *
     * @param number from 0 on
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public KexecImageBuilder profile(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("the number of a profile must not be negative: " + number);
        }
        profile = number;
        return this;
    }

    /**
     * Sets the initial RAM disk. By default there is that of a UKI, or none.
     *
     * @param file an archive or file system, compressed or not, as the second kernel wants it
     * @return this
     * @throws io.kexec4j.error.MalformedInputException if it is empty or no regular file
     * @throws IOException if it cannot be read
     */
    public KexecImageBuilder initrd(Path file) throws IOException {
        return initrd(Content.ofFile(file));
    }

    /**
     * Sets the initial RAM disk.
     *
     * @param content its bytes, not empty
     * @return this
     */
    public KexecImageBuilder initrd(Content content) {
        initrd = Optional.of(content);
        return this;
    }

    /**
     * Sets several initial RAM disks, which the second kernel unpacks one after the other.
     *
     * @param contents their bytes, none empty, in order; see {@link Initrds#join}. None at all is the same as not to set any
     * @return this
     */
    public KexecImageBuilder initrds(List<Content> contents) {
        initrd = contents.isEmpty() ? Optional.empty() : Optional.of(Initrds.join(contents));
        return this;
    }

    /**
     * Sets the command line. By default it is that of a UKI, or empty.
     *
     * @param text the command line, passed on as UTF-8; how long it may be is for the kernel to say
     * @return this
     */
    public KexecImageBuilder commandLine(String text) {
        commandLine = Optional.of(text);
        return this;
    }

    /**
     * Sets a device tree for the second kernel. By default it gets none of the user's: on architectures where every kernel is given
     * one, that of the running kernel.
     *
     * @param blob a flattened device tree
     * @return this
     */
    public KexecImageBuilder deviceTree(Content blob) {
        deviceTree = Optional.of(blob);
        return this;
    }

    /**
     * Adds an overlay that is applied to the device tree, behind those that were added before. Without a device tree of the user's
     * that is the one of the running kernel, which then is handed on with the overlay.
     *
     * @param blob a flattened device tree with fragments, as {@code dtc -@} makes of a {@code /plugin/}
     * @return this
     */
    public KexecImageBuilder overlay(Content blob) {
        overlays.add(blob);
        return this;
    }

    /**
     * Adds a module, for kernels that take them (multiboot), behind those that were added before.
     *
     * @param module its bytes, and the text that comes with it
     * @return this
     */
    public KexecImageBuilder module(Module module) {
        modules.add(module);
        return this;
    }

    /**
     * Decides something that only some kernels know. By default nothing is decided.
     *
     * @param option what, such as a constant of {@link io.kexec4j.boot.x86.X86Option}
     * @return this
     */
    public KexecImageBuilder option(BootOption option) {
        options.add(option);
        return this;
    }

    /**
     * Makes it an image for a crash: one that lies in the memory that was set apart for it, and is started when the running kernel
     * panics. By default it is one for a normal start.
     *
     * @param wishes what it is to be like
     * @return this
     */
    public KexecImageBuilder crash(CrashOptions wishes) {
        crash = Optional.of(wishes);
        return this;
    }

    /**
     * Confines all segments to a part of the memory. By default all of it may be used.
     *
     * @param range where they may lie
     * @return this
     */
    public KexecImageBuilder within(PhysicalRange range) {
        window = range;
        return this;
    }

    /**
     * Sets what the purgatory does before it starts the kernel. By default, {@link Verification#DEFAULT}.
     *
     * @param options what it does
     * @return this
     */
    public KexecImageBuilder verification(Verification options) {
        verification = options;
        return this;
    }

    /**
     * Sets where random bytes come from. By default, the system's cryptographic source. What {@link #buildFiles} makes has none:
     * the running kernel takes its own.
     *
     * @param source where they come from
     * @return this
     */
    public KexecImageBuilder random(RandomSource source) {
        random = source;
        return this;
    }

    /**
     * Sets who hears how far {@link #build} has come while it computes digests. By default, nobody.
     *
     * @param listener hears it
     * @return this
     */
    public KexecImageBuilder progress(Progress listener) {
        progress = listener;
        return this;
    }

    /**
     * Builds the image.
     *
     * @return the image
     * @throws IllegalStateException if no kernel is set
     * @throws IllegalArgumentException if the initrd is empty, or the command line cannot be passed on, see {@link BootRequest}
     * @throws io.kexec4j.error.KexecException if there is no such image: no room, a limit, things that do not go together
     * @throws io.kexec4j.error.MalformedInputException if a file has shrunk since it was opened, or if a fact of the target, the
     *     device tree or an overlay is malformed
     * @throws IOException if a file cannot be read
     */
    public KexecImage build() throws IOException {
        Ingredients ingredients = ingredients();
        KexecImage image;
        try {
            image = build(request(ingredients, target, crashPlan(target), verification, progress));
        } catch (NoMemoryHoleException e) {
            throw crash.isPresent() ? e.withAdvice(CrashRoom.advice(target, larger -> fits(ingredients, larger))) : e;
        }
        image = image.withRemarks(ingredients.remarks());
        for (Segment segment : image.segments()) {
            segment.content().verifyNotShrunk();
        }
        return image;
    }

    private static KexecImage build(BootRequest request) throws IOException {
        KexecImage image = ProtocolChoice.of(request).build(request);
        return request.crash().isPresent()
                ? image.withFlags(request.crash().get().flags())
                : image;
    }

    private boolean fits(Ingredients ingredients, Target machine) throws IOException {
        try {
            build(request(ingredients, machine, crashPlan(machine), WITHOUT_DIGESTS, Progress.NONE));
            return true;
        } catch (KexecException e) {
            return false;
        }
    }

    /**
     * Collects what kexec_file_load is given instead, by which the running kernel builds the image itself. For a crash the running
     * kernel also writes the core header: of all CPUs that there may be, and it updates that by itself if it can.
     *
     * @return the files
     * @throws IllegalStateException if no kernel is set
     * @throws IllegalArgumentException as for {@link #build}
     * @throws io.kexec4j.error.UnsupportedCombinationException if that call cannot do what was asked for; the message says what
     * @throws IOException if the command line of a UKI, the device tree or an overlay is malformed
     */
    public KexecFiles buildFiles() throws IOException {
        Ingredients ingredients = ingredients();
        BootRequest request = request(ingredients, target, Optional.empty(), verification, progress);
        BootProtocol protocol = ProtocolChoice.of(request);
        if (!request.window().equals(ALL_MEMORY)) {
            throw UnsupportedCombinationException.notByFiles("a window in memory");
        }
        if (!request.verification().equals(Verification.DEFAULT)) {
            throw UnsupportedCombinationException.notByFiles("another verification than its own");
        }
        if (crash.isPresent()) {
            verifyByFiles(crash.get());
        }
        KexecFiles files = protocol.files(request).withRemarks(ingredients.remarks());
        return crash.isPresent() ? onCrash(files) : files;
    }

    /** The running kernel writes the core header of what it builds, and updates it by itself if it can. */
    private void verifyByFiles(CrashOptions wishes) throws IOException {
        if (wishes.cpus() != CpuSelection.PRESENT) {
            throw UnsupportedCombinationException.notByFiles("a core header of some CPUs only");
        }
        if (wishes.elf32()) {
            throw UnsupportedCombinationException.notByFiles("a core header of 32 bits");
        }
        if (wishes.hotplug() && target.crash().isPresent()) {
            CrashFacts facts = target.crash().get();
            CrashPlan.verifyHotplug(facts, crashRules(target, facts));
        }
    }

    private static KexecFiles onCrash(KexecFiles files) {
        Set<KexecFileFlag> flags = EnumSet.of(KexecFileFlag.ON_CRASH);
        flags.addAll(files.flags());
        return files.withFlags(flags);
    }

    private Ingredients ingredients() throws IOException {
        KernelFile file = kernel;
        if (file == null) {
            throw new IllegalStateException("an image needs a kernel");
        }
        return Ingredients.of(file, profile, initrd, commandLine);
    }

    private BootRequest request(
            Ingredients ingredients, Target machine, Optional<CrashPlan> plan, Verification verified, Progress listener)
            throws IOException {
        return new BootRequest(
                plan.map(CrashPlan::target).orElse(machine),
                ingredients.kernel(),
                ingredients.initrd(),
                plan.map(crashPlan -> crashPlan.commandLine(ingredients.commandLine()))
                        .orElse(ingredients.commandLine()),
                DeviceTreeOverlays.apply(machine, deviceTree, overlays),
                modules,
                options,
                plan,
                window,
                verified,
                random,
                listener);
    }

    private Optional<CrashPlan> crashPlan(Target machine) throws IOException {
        if (crash.isEmpty()) {
            return Optional.empty();
        }
        CrashRules rules = crashRules(machine, CrashPlan.facts(machine));
        return Optional.of(CrashPlan.of(machine, crash.get(), rules, window));
    }

    private CrashRules crashRules(Target machine, CrashFacts facts) throws IOException {
        return BootArchitectures.of(machine.architecture()).crashRules(machine, facts, options);
    }
}
