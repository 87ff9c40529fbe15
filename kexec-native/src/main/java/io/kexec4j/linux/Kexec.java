package io.kexec4j.linux;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Submits images and files to the running kernel. Loading and executing are separate: {@link #load} leaves the machine running, and
 * {@link #execute} leaves it.
 *
 * <p>Every call that loads, unloads or executes needs the capability {@code CAP_SYS_BOOT} in the initial user namespace, which root
 * has. Holds no state of its own and is thread-safe; the kernel refuses one of two loads at the same time with {@code EBUSY}.
 */
public final class Kexec {
    private static final int LINUX_REBOOT_CMD_KEXEC = 0x45584543;

    private final Platform platform;
    private final Path root;

    /** How calls reach the kernel. */
    @FunctionalInterface
    interface Platform {
        /**
         * {@return the interface to the kernel}
         *
         * @param call the system call that will be made, for the message
         * @throws KexecRefusedException if no call can be made from here
         */
        Kernel forCall(String call) throws KexecRefusedException;
    }

    /** A kernel and its numbers. */
    record Kernel(LinuxAbi abi, Syscalls syscalls) {}

    Kexec(Platform platform, Path root) {
        this.platform = platform;
        this.root = root;
    }

    /**
     * {@return the running kernel's kexec}
     *
     * Never fails: where there is no Linux, the calls say so.
     */
    public static Kexec system() {
        return new Kexec(
                call -> RunningKernel.forCall(call, System.getProperty("os.name"), System.getProperty("os.arch")),
                Path.of("/"));
    }

    /**
     * Loads an image with kexec_load(2). Nothing happens to the running system: a normal image waits for {@link #execute}, a
     * crash image for a panic. It replaces what the slot held; if a normal image is refused the old one stays, but a crash
     * image that is refused may leave the slot empty. So for one, everything that can be known is checked before the call, and
     * the message of a refusal tells what is in the slot then.
     *
     * <p>A crash image that the kernel shall update ({@link io.kexec4j.image.KexecFlag#CRASH_HOTPLUG_SUPPORT}) is loaded with whichever
     * flag asks this kernel to, or with none; the package documentation has the table.
     *
     * @param image what to load; {@link ImageSlot#of(KexecImage)} says where it goes
     * @return what was decided on the caller's behalf, each a sentence for people without a full stop: that this kernel does not
     *     update the image though it is made for that
     * @throws KexecRefusedException if the kernel refuses it
     * @throws MalformedInputException if a file that the image maps has become shorter
     * @throws IOException if such a file cannot be looked at
     * @throws UnsupportedCombinationException if this is a JVM with 32 bits, and an address needs more
     */
    public List<String> load(KexecImage image) throws IOException {
        return submission(Attempt.KEXEC_LOAD).load(image).remarks();
    }

    /**
     * Loads files with kexec_file_load(2); the running kernel builds the image. Otherwise as {@link #load(KexecImage)}.
     *
     * <p>Content that is {@linkplain io.kexec4j.bytes.Content#wholeFile() a whole file} is opened where it lies, and nobody may
     * have it open for writing. Other content is put into a file in memory for the time of the call.
     *
     * @param files what to load; {@link ImageSlot#of(KexecFiles)} says where it goes
     * @return what was decided on the caller's behalf, each a sentence for people without a full stop: that
     *     {@link io.kexec4j.image.KexecFileFlag#DEBUG} is left out on a kernel that does not know it
     * @throws KexecRefusedException if the kernel refuses them
     * @throws MalformedInputException if a file is no longer as long as it was
     * @throws IOException if a file cannot be opened, or there is no memory for content that is none
     */
    public List<String> load(KexecFiles files) throws IOException {
        return submission(Attempt.KEXEC_FILE_LOAD).load(files).remarks();
    }

    /**
     * Loads by whichever call will work: chooses, builds what the call takes, submits it, and if the kernel refuses for a
     * reason that the other call may not meet, tries that one. The package documentation has the rules.
     *
     * @param plan what to load
     * @return how it was loaded
     * @throws KexecRefusedException if the kernel refuses it; if it refused both calls, the message has both refusals
     * @throws IOException if a file cannot be read, or is malformed
     * @throws io.kexec4j.error.KexecException if what is wanted can be expressed for no call that the kernel permits; or for the one
     *     call that is wanted
     * @throws IllegalArgumentException if a form is for another slot than the plan
     */
    public LoadReport load(LoadPlan plan) throws IOException {
        return load(plan, choice -> {});
    }

    /**
     * Loads by whichever call will work, and says so beforehand.
     *
     * @param plan what to load
     * @param announce is told each choice once everything for the call is there, before the call is made: the first, and another
     *     if the kernel refused that
     * @return how it was loaded
     * @throws KexecRefusedException as {@link #load(LoadPlan)}
     * @throws IOException as {@link #load(LoadPlan)}
     */
    public LoadReport load(LoadPlan plan, Consumer<LoadChoice> announce) throws IOException {
        Kernel kernel = platform.forCall(LoadCall.KEXEC_LOAD.label());
        return new PlannedLoad(plan, announce, kernel, root).run();
    }

    /**
     * {@return which call {@link #load(LoadPlan)} would make first, as far as it is known before the image is built, and why}
     *
     * @param plan what would be loaded
     * @throws KexecRefusedException if no call can be made from here
     * @throws IOException never otherwise
     * @throws UnsupportedCombinationException if no call that the kernel permits, or that is wanted, can load it
     */
    public LoadChoice choose(LoadPlan plan) throws IOException {
        Kernel kernel = platform.forCall(LoadCall.KEXEC_LOAD.label());
        return PlannedLoad.choose(plan, kernel.abi(), KernelState.read(root));
    }

    /**
     * Empties a slot. One that is empty already is no error. Where the kernel forbids or lacks kexec_load, kexec_file_load does it.
     *
     * @param slot which
     * @throws KexecRefusedException if the kernel refuses
     * @throws IOException never otherwise
     */
    public void unload(ImageSlot slot) throws IOException {
        submission(Attempt.KEXEC_LOAD).unload(slot);
    }

    /**
     * {@return whether a slot holds an image, which anyone may ask; false if the kernel has no kexec, or no such slot}
     *
     * @param slot which
     * @throws MalformedInputException if the kernel's answer is neither 0 nor 1
     * @throws IOException if the answer cannot be read, among other reasons because sysfs is not mounted
     */
    public boolean isLoaded(ImageSlot slot) throws IOException {
        Optional<Path> file = KexecSysfs.file(root, slot == ImageSlot.CRASH ? "crash_loaded" : "loaded");
        return file.isPresent() && KexecSysfs.flag(file.get());
    }

    /**
     * {@return whether the kernel keeps the crash image that is loaded true when CPUs and memory come and go, which anyone may ask; if
     *     not, it has to be built and loaded anew then. The kernel also says no while a load is under way}
     *
     * @throws MalformedInputException if the kernel's answer is neither 0 nor 1
     * @throws IOException if the answer cannot be read
     */
    public CrashHotplug crashHotplug() throws IOException {
        return CrashHotplug.read(root);
    }

    /**
     * {@return where a crash image must lie now; where two ranges are reserved, the upper one. Empty if there is none, or if this process
     *     may not see it: {@code /proc/iomem} has addresses only for those with {@code CAP_SYS_ADMIN}. On Power, the device tree
     *     tells it ({@code /proc/device-tree})}
     */
    public Optional<PhysicalRange> crashRegion() {
        return CrashState.region(root);
    }

    /**
     * {@return how many bytes are reserved for a crash kernel, in both ranges together if there are two, which anyone may ask; 0 if none
     *     are}
     *
     * @throws MalformedInputException if the kernel's answer is no number
     * @throws IOException if the answer cannot be read, among other reasons because sysfs is not mounted
     */
    public long crashReservation() throws IOException {
        return CrashReservation.size(root);
    }

    /**
     * Gives a part of the memory that is reserved for a crash kernel back to the running one, until the machine is booted anew. It is
     * taken from the end; where two ranges are reserved, from the upper one first, which is where images lie. An image that was built
     * before may not fit any more. Needs root, and an empty crash slot.
     *
     * @param bytes how many are to stay reserved, from 0 to what {@link #crashReservation} gives
     * @return how many are reserved now: the kernel rounds up to pages, or to more
     * @throws IllegalArgumentException if more are to stay than there are
     * @throws KexecRefusedException if the kernel refuses, among other reasons because a crash image is loaded
     * @throws MalformedInputException if the kernel tells a size that is no number
     * @throws IOException if the size cannot be read
     */
    public long shrinkCrashReservation(long bytes) throws IOException {
        return CrashReservation.shrink(platform.forCall("write"), root, bytes);
    }

    /**
     * Leaves the running system and starts the normal image: sync(2), then reboot(2). Processes are not stopped and file systems
     * are not unmounted, only written back; a system with an init should be shut down to its {@code kexec} target instead.
     *
     * <p>Does not return, unless the image keeps the running kernel ({@link io.kexec4j.image.KexecFlag#PRESERVE_CONTEXT}) and its
     * kernel has jumped back. Otherwise, when it ends, it ends with an exception, and the system still runs.
     *
     * @throws KexecRefusedException if the kernel refuses, among other reasons because no image is loaded
     * @throws IOException never otherwise
     */
    public void execute() throws IOException {
        sync();
        executeWithoutSync();
    }

    /**
     * Writes file systems back with sync(2), as {@link #execute} does: for callers that stop something between that and
     * {@link #executeWithoutSync}, such as the network, which a file system may need to be written back.
     *
     * @throws KexecRefusedException if no call can be made from here
     * @throws IOException never otherwise
     */
    public void sync() throws IOException {
        platform.forCall(Attempt.REBOOT).syscalls().sync();
    }

    /**
     * Leaves the running system and starts the normal image as {@link #execute} does, without sync(2): after {@link #sync}, or for
     * systems with a file system that no longer answers. What was not written back is lost.
     *
     * @throws KexecRefusedException if the kernel refuses, among other reasons because no image is loaded
     * @throws IOException never otherwise
     */
    public void executeWithoutSync() throws IOException {
        Kernel kernel = platform.forCall(Attempt.REBOOT);
        int errno = kernel.syscalls().reboot(LINUX_REBOOT_CMD_KEXEC);
        new Submission(kernel, root).check(errno, Attempt.execute());
    }

    private Submission submission(String call) throws KexecRefusedException {
        return new Submission(platform.forCall(call), root);
    }
}
