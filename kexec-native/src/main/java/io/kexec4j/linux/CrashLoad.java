package io.kexec4j.linux;

import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A load into the crash slot: what is done before and after it, because it gives up what is loaded there. */
final class CrashLoad {
    private final Attempt attempt;
    private final LinuxAbi abi;
    private final Path root;
    private final KernelState state;
    private final CrashState before;

    private CrashLoad(Attempt attempt, LinuxAbi abi, Path root, KernelState state, CrashState before) {
        this.attempt = attempt;
        this.abi = abi;
        this.root = root;
        this.state = state;
        this.before = before;
    }

    /** Looks at the machine as it is before the load. */
    static CrashLoad begin(Attempt attempt, LinuxAbi abi, Path root) {
        return new CrashLoad(attempt, abi, root, KernelState.read(root), CrashState.read(root, abi.pointerSize()));
    }

    /** Ends with an exception if the kernel would refuse an image. */
    void verify(KexecImage image) throws KexecRefusedException {
        verify(checks().ofImage(image));
    }

    /** Ends with an exception if the kernel would refuse files. */
    void verifyFiles() throws KexecRefusedException {
        verify(checks().ofFiles());
    }

    private CrashChecks checks() {
        return new CrashChecks(attempt, abi, state, before);
    }

    private void verify(Optional<CrashChecks.Problem> problem) throws KexecRefusedException {
        if (problem.isPresent()) {
            Errno errno = problem.get().errno();
            throw new KexecRefusedException(
                    "%s was not tried, as it would be refused with %s: %s%s"
                            .formatted(
                                    attempt.description(),
                                    errno,
                                    problem.get().refusal(),
                                    before.loaded().orElse(false) ? "; the crash kernel that is loaded stays" : ""),
                    attempt.call(),
                    errno.number(abi));
        }
    }

    /** The flags by which the kernel may be asked to update the image. */
    List<Optional<KexecFlag>> flagsToTry(KexecImage image) {
        return HotplugFlags.toTry(HotplugFlags.areWantedBy(image), abi, before.updates(), state.release());
    }

    /** Whether the kernel will look at another call: each, also one that it refuses, uses up kexec_load_limit_panic. */
    boolean mayBeTriedAgain() {
        return !KernelState.read(root).forbidsEverything(ImageSlot.CRASH);
    }

    /** The exception for a refusal, which also tells what the machine is left with. */
    KexecRefusedException refused(int errno) {
        return Submission.refused(errno, attempt, abi, KernelState.read(root), "; " + aftermath());
    }

    private String aftermath() {
        Optional<Boolean> now = CrashState.read(root, abi.pointerSize()).loaded();
        if (now.isEmpty()) {
            return "whether a crash kernel is loaded now cannot be read (mount sysfs)";
        }
        boolean wasLoaded = before.loaded().orElse(false);
        if (now.get()) {
            return wasLoaded ? "the crash kernel that was loaded before still is" : "a crash kernel is loaded";
        }
        return wasLoaded
                ? "the crash kernel that was loaded before is gone: load one that fits, as a panic starts none now"
                : "no crash kernel is loaded, and a panic starts none";
    }

    /** What came of an image. */
    Loaded loaded(KexecImage image, Optional<KexecFlag> agreed) {
        if (agreed.isPresent()) {
            return new Loaded(List.of(), CrashUpdates.IN_PLACE);
        }
        return new Loaded(
                HotplugFlags.areWantedBy(image)
                        ? List.of(
                                "this kernel does not update a crash image when CPUs or memory come and go, or not this one: build and"
                                        + " load it anew then")
                        : List.of(),
                CrashUpdates.BY_RELOAD);
    }

    /** What came of files: what the kernel has built itself it updates whenever it can. */
    Loaded loaded(List<String> remarks) {
        return new Loaded(remarks, before.updates().orElse(false) ? CrashUpdates.IN_PLACE : CrashUpdates.BY_RELOAD);
    }
}
