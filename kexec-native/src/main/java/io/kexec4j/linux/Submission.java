package io.kexec4j.linux;

import com.sun.jna.Memory;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.linux.Kexec.Kernel;
import io.kexec4j.target.KernelRelease;
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

    /** Calls kexec_load; for a crash image again without a flag that the kernel does not know, if there is a way without it. */
    Loaded load(KexecImage image) throws IOException {
        for (Segment segment : image.segments()) {
            segment.content().verifyNotShrunk();
        }
        Attempt attempt = Attempt.load(image);
        if (attempt.slot() == ImageSlot.CRASH) {
            return loadForCrash(image, attempt);
        }
        try (SegmentTable table = tableOf(image)) {
            check(call(image, table, image.flagBits()), attempt);
        }
        return new Loaded(List.of(), CrashUpdates.NOT_NEEDED);
    }

    private Loaded loadForCrash(KexecImage image, Attempt attempt) throws IOException {
        CrashLoad crash = CrashLoad.begin(attempt, kernel.abi(), root);
        crash.verify(image);
        int errno = 0;
        Optional<KexecFlag> agreed = Optional.empty();
        try (SegmentTable table = tableOf(image)) {
            for (Optional<KexecFlag> flag : crash.flagsToTry(image)) {
                agreed = flag;
                errno = call(image, table, HotplugFlags.bits(image, flag));
                if (errno != Errno.EINVAL.shared() || !crash.mayBeTriedAgain()) {
                    break;
                }
            }
        }
        if (errno != 0) {
            throw crash.refused(errno);
        }
        return crash.loaded(image, agreed);
    }

    private SegmentTable tableOf(KexecImage image) throws IOException {
        return new SegmentTable(image.segments(), kernel.abi().pointerSize());
    }

    private int call(KexecImage image, SegmentTable table, long flags) {
        return kernel.syscalls().kexecLoad(image.entry(), image.segments().size(), table.pointer(), flags);
    }

    /** Calls kexec_file_load. */
    Loaded load(KexecFiles wanted) throws IOException {
        requireFileCall(Attempt.load(wanted));
        List<String> remarks = new ArrayList<>();
        KexecFiles files = withKnownFlags(wanted, remarks);
        Attempt attempt = Attempt.load(files);
        if (attempt.slot() == ImageSlot.NORMAL) {
            check(call(files), attempt);
            return new Loaded(remarks, CrashUpdates.NOT_NEEDED);
        }
        CrashLoad crash = CrashLoad.begin(attempt, kernel.abi(), root);
        crash.verifyFiles();
        int errno = call(files);
        if (errno != 0) {
            throw crash.refused(errno);
        }
        return crash.loaded(remarks);
    }

    private int call(KexecFiles files) throws IOException {
        try (OpenFile second = OpenFile.of(files.kernel(), "kernel", kernel)) {
            Optional<Content> initrd = files.initrd();
            if (initrd.isEmpty()) {
                return call(files, second.number(), NO_FILE);
            }
            try (OpenFile disk = OpenFile.of(initrd.get(), "initrd", kernel)) {
                return call(files, second.number(), disk.number());
            }
        }
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
                || KexecFileFlag.DEBUG.isKnownTo(
                        release.get().major(), release.get().minor())) {
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
            throw refused(errno, attempt, kernel.abi(), KernelState.read(root), "");
        }
    }

    /** A refusal in words, with an end for the sentence. */
    static KexecRefusedException refused(int errno, Attempt attempt, LinuxAbi abi, KernelState state, String end) {
        Refusal refusal = Refusal.of(attempt, Errno.of(errno, abi), abi, state);
        return new KexecRefusedException(
                "%s was refused with %s: %s%s".formatted(attempt.description(), Errno.label(errno, abi), refusal, end),
                attempt.call(),
                errno);
    }
}
