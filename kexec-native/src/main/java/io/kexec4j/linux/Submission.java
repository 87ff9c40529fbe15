package io.kexec4j.linux;

import com.sun.jna.Memory;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.linux.Kexec.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Single calls to a kernel, each with an explanation if it is refused. */
final class Submission {
    private static final int ARCHITECTURE_SHIFT = 16;
    /** {@code KEXEC_FILE_UNLOAD}. */
    private static final long FILE_UNLOAD = 0x1;

    private static final int NO_FILE = -1;

    private final Kernel kernel;
    private final Path root;

    /**
     * Prepares calls.
     *
     * @param root where the kernel tells about itself
     */
    Submission(Kernel kernel, Path root) {
        this.kernel = kernel;
        this.root = root;
    }

    /** Calls kexec_load. */
    void load(KexecImage image) throws IOException {
        for (Segment segment : image.segments()) {
            segment.content().verifyNotShrunk();
        }
        int errno;
        try (SegmentTable table =
                new SegmentTable(image.segments(), kernel.abi().pointerSize())) {
            errno = kernel.syscalls()
                    .kexecLoad(image.entry(), image.segments().size(), table.pointer(), image.flagBits());
        }
        check(errno, Attempt.load(image));
    }

    /** Calls kexec_file_load; gives what was decided on the way. */
    List<String> load(KexecFiles wanted) throws IOException {
        requireFileCall(Attempt.load(wanted));
        List<String> remarks = new ArrayList<>();
        KexecFiles files = withKnownFlags(wanted, remarks);
        int errno;
        try (OpenFile second = OpenFile.of(files.kernel(), "kernel", kernel)) {
            Optional<Content> initrd = files.initrd();
            if (initrd.isPresent()) {
                try (OpenFile disk = OpenFile.of(initrd.get(), "initrd", kernel)) {
                    errno = call(files, second.number(), disk.number());
                }
            } else {
                errno = call(files, second.number(), NO_FILE);
            }
        }
        check(errno, Attempt.load(files));
        return remarks;
    }

    /** The command line is never left out: some kernels write the NUL at its end themselves, which an empty one has no room for. */
    private int call(KexecFiles files, int second, int disk) {
        byte[] text = files.commandLine().getBytes(StandardCharsets.UTF_8);
        try (Memory commandLine = new Memory(text.length + 1L)) {
            commandLine.write(0, text, 0, text.length);
            commandLine.setByte(text.length, (byte) 0);
            return kernel.syscalls().kexecFileLoad(second, disk, text.length + 1L, commandLine, files.flagBits());
        }
    }

    /** A wish for more log is no reason to fail. Any other flag that is unknown makes a difference, so the kernel shall refuse. */
    private KexecFiles withKnownFlags(KexecFiles files, List<String> remarks) {
        Optional<KernelRelease> release = KernelState.read(root).release();
        if (!files.flags().contains(KexecFileFlag.DEBUG)
                || release.isEmpty()
                || release.get().knows(KexecFileFlag.DEBUG)) {
            return files;
        }
        remarks.add(
                "KEXEC_FILE_DEBUG is left out: it only makes the kernel log more, and Linux has it since %s, but this is %s"
                        .formatted(KexecFileFlag.DEBUG.since(), release.get()));
        Set<KexecFileFlag> flags = EnumSet.copyOf(files.flags());
        flags.remove(KexecFileFlag.DEBUG);
        return files.withFlags(flags);
    }

    private void requireFileCall(Attempt attempt) throws KexecRefusedException {
        if (kernel.abi().kexecFileLoad().isEmpty()) {
            check(Errno.ENOSYS.number(kernel.abi()), attempt);
        }
    }

    /** Calls kexec_load with no segments; where that is not to be had, kexec_file_load with {@code KEXEC_FILE_UNLOAD}. */
    void unload(ImageSlot slot) throws KexecRefusedException {
        long flags = slot.flagBit() | (long) kernel.abi().kexecArch() << ARCHITECTURE_SHIFT;
        int errno = kernel.syscalls().kexecLoad(0, 0, null, flags);
        if (errno == 0) {
            return;
        }
        Attempt attempt = Attempt.unload(slot, LoadCall.KEXEC_LOAD);
        KernelState state = KernelState.read(root);
        LoadChoice.Obstacles obstacles = LoadChoice.Obstacles.NONE.with(kernel.abi(), state);
        if (Fallback.after(LoadCall.KEXEC_LOAD, Errno.of(errno, kernel.abi()), slot, obstacles, state)
                .isEmpty()) {
            check(errno, attempt);
        }
        int second = kernel.syscalls().kexecFileLoad(NO_FILE, NO_FILE, 0, null, FILE_UNLOAD | slot.fileFlagBit());
        if (second == Errno.ENOSYS.number(kernel.abi())) {
            check(errno, attempt); // the kernel has but one of the calls, and that one was refused
        }
        check(second, Attempt.unload(slot, LoadCall.KEXEC_FILE_LOAD));
    }

    /** Ends with an exception unless the kernel said yes. */
    void check(int errno, Attempt attempt) throws KexecRefusedException {
        if (errno != 0) {
            LinuxAbi abi = kernel.abi();
            Refusal refusal = Refusal.of(attempt, Errno.of(errno, abi), abi, KernelState.read(root));
            throw new KexecRefusedException(
                    "%s was refused with %s: %s".formatted(attempt.description(), Errno.label(errno, abi), refusal),
                    attempt.call(),
                    errno);
        }
    }
}
