package io.kexec4j.linux;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Submits images to the running kernel. Loading and executing are separate: {@link #load} leaves the machine running, and
 * {@link #execute} leaves it.
 *
 * <p>Every call but {@link #isLoaded} needs the capability {@code CAP_SYS_BOOT} in the initial user namespace, which root
 * has. Holds no state of its own and is thread-safe; the kernel refuses one of two loads at the same time with {@code EBUSY}.
 */
public final class Kexec {
    private static final int LINUX_REBOOT_CMD_KEXEC = 0x45584543;
    private static final int ARCHITECTURE_SHIFT = 16;

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
     * image that is refused may leave the slot empty.
     *
     * @param image what to load; {@link ImageSlot#of} says where it goes
     * @throws KexecRefusedException if the kernel refuses it
     * @throws MalformedInputException if a file that the image maps has become shorter
     * @throws IOException if such a file cannot be looked at
     * @throws UnsupportedCombinationException if this is a JVM with 32 bits, and an address needs more
     */
    public void load(KexecImage image) throws IOException {
        Kernel kernel = platform.forCall(Attempt.KEXEC_LOAD);
        for (Segment segment : image.segments()) {
            segment.content().verifyNotShrunk();
        }
        int errno;
        try (SegmentTable table =
                new SegmentTable(image.segments(), kernel.abi().pointerSize())) {
            errno = kernel.syscalls()
                    .kexecLoad(image.entry(), image.segments().size(), table.pointer(), image.flagBits());
        }
        check(errno, kernel.abi(), Attempt.load(image));
    }

    /**
     * Empties a slot. One that is empty already is no error.
     *
     * @param slot which
     * @throws KexecRefusedException if the kernel refuses
     * @throws IOException never otherwise
     */
    public void unload(ImageSlot slot) throws IOException {
        Kernel kernel = platform.forCall(Attempt.KEXEC_LOAD);
        long flags = slot.flagBit() | (long) kernel.abi().kexecArch() << ARCHITECTURE_SHIFT;
        check(kernel.syscalls().kexecLoad(0, 0, null, flags), kernel.abi(), Attempt.unload(slot));
    }

    /**
     * {@return whether a slot holds an image, which anyone may ask; false if the kernel has no kexec, or no such slot}
     *
     * @param slot which
     * @throws MalformedInputException if the kernel's answer is neither 0 nor 1
     * @throws IOException if the answer cannot be read, among other reasons because sysfs is not mounted
     */
    public boolean isLoaded(ImageSlot slot) throws IOException {
        String name = slot == ImageSlot.CRASH ? "crash_loaded" : "loaded";
        Path directory = root.resolve("sys/kernel");
        for (Path file : List.of(directory.resolve("kexec_" + name), directory.resolve("kexec/" + name))) {
            if (Files.exists(file)) {
                String text = Files.readString(file).strip();
                return switch (text) {
                    case "0" -> false;
                    case "1" -> true;
                    default -> throw MalformedInputException.atLine(file.toString(), 1, "must be 0 or 1: " + text);
                };
            }
        }
        if (!Files.isDirectory(directory)) {
            throw new IOException("there is no %s to ask whether a %s image is loaded; mount sysfs"
                    .formatted(directory, slot.label()));
        }
        return false;
    }

    /**
     * Leaves the running system and starts the normal image: sync(2), then reboot(2). Processes are not stopped and file systems
     * are not unmounted, only written back; a system with an init should be shut down to its {@code kexec} target instead.
     *
     * <p>Does not return. When it ends, it ends with an exception, and the system still runs.
     *
     * @throws KexecRefusedException if the kernel refuses, among other reasons because no image is loaded
     * @throws IOException never otherwise
     */
    public void execute() throws IOException {
        Kernel kernel = platform.forCall(Attempt.REBOOT);
        kernel.syscalls().sync();
        int errno = kernel.syscalls().reboot(LINUX_REBOOT_CMD_KEXEC);
        check(errno, kernel.abi(), Attempt.execute());
        throw new IllegalStateException("reboot(LINUX_REBOOT_CMD_KEXEC) reported success, but the system still runs");
    }

    private void check(int errno, LinuxAbi abi, Attempt attempt) throws KexecRefusedException {
        if (errno != 0) {
            KernelState state = KernelState.read(root);
            Optional<Errno> name = Errno.of(errno, abi);
            throw new KexecRefusedException(
                    "%s was refused with %s: %s"
                            .formatted(
                                    attempt.description(),
                                    name.map(Errno::name).orElse("error number " + errno),
                                    Refusal.of(attempt, name, abi, state).toString()),
                    attempt.call(),
                    errno);
        }
    }
}
