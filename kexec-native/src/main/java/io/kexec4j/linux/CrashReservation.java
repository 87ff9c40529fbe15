package io.kexec4j.linux;

import com.sun.jna.Memory;
import io.kexec4j.linux.Kexec.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/** The memory that is reserved for a crash kernel: its size, and giving a part of it back (crash_shrink_memory, kernel/kexec_core.c). */
final class CrashReservation {
    private static final String SIZE = "crash_size";

    private CrashReservation() {}

    static long size(Path root) throws IOException {
        return sizeIfTold(root).orElse(0);
    }

    /** The size, unless the kernel has no file for it. */
    static OptionalLong sizeIfTold(Path root) throws IOException {
        Optional<Path> file = KexecSysfs.file(root, SIZE);
        return file.isPresent() ? OptionalLong.of(KexecSysfs.bytes(file.get())) : OptionalLong.empty();
    }

    static long shrink(Kernel kernel, Path root, long wanted) throws IOException {
        long now = size(root);
        if (wanted < 0 || wanted > now) {
            throw new IllegalArgumentException(
                    "the memory reserved for a crash kernel can only become smaller: it has %d bytes, and %d are wanted"
                            .formatted(now, wanted));
        }
        if (wanted == now) {
            return now;
        }
        Path file = KexecSysfs.file(root, SIZE).orElseThrow();
        write(kernel, file, wanted, now);
        return KexecSysfs.bytes(file);
    }

    private static void write(Kernel kernel, Path file, long wanted, long now) throws IOException {
        byte[] text = (wanted + "\n").getBytes(StandardCharsets.US_ASCII);
        int opened = kernel.syscalls().openForWriting(OpenFile.bytesOf(file));
        check(opened, "open", kernel, file, wanted, now);
        try (Memory memory = new Memory(text.length)) {
            memory.write(0, text, 0, text.length);
            check(kernel.syscalls().write(opened, memory, text.length), "write", kernel, file, wanted, now);
        } finally {
            kernel.syscalls().close(opened);
        }
    }

    private static void check(long result, String call, Kernel kernel, Path file, long wanted, long now)
            throws KexecRefusedException {
        if (result < 0) {
            int errno = (int) -result;
            throw new KexecRefusedException(
                    "shrinking the memory reserved for a crash kernel from %d to %d bytes (%s of %s) was refused with %s: %s"
                            .formatted(
                                    now,
                                    wanted,
                                    call,
                                    file,
                                    Errno.label(errno, kernel.abi()),
                                    meaning(Errno.of(errno, kernel.abi()))),
                    call,
                    errno);
        }
    }

    private static Refusal meaning(Optional<Errno> errno) {
        if (errno.isEmpty()) {
            return unknown();
        }
        return switch (errno.get()) {
            case ENOENT ->
                new Refusal(
                        "a crash kernel is loaded there",
                        "unload it, shrink the memory, and load one that is built anew for what is left");
            case EINVAL -> new Refusal("there is less memory than that by now", "ask for its size again");
            case EBUSY ->
                new Refusal(
                        "the kernel is busy with a load, another change of the memory, a reboot or a panic",
                        "try again in a moment");
            case ENOMEM -> new Refusal("the kernel has no memory to describe what becomes free", "free some");
            case EACCES, EPERM -> new Refusal("only root of the machine may do that", "run it as root");
            case EROFS ->
                new Refusal("sysfs is mounted read-only, as containers have it", "call it outside of the container");
            default -> unknown();
        };
    }

    private static Refusal unknown() {
        return new Refusal("this is no answer that the kernel is known to give", "look at the kernel's log (dmesg)");
    }
}
