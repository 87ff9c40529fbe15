package io.kexec4j.linux;

import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.memory.PhysicalRange;
import java.util.Optional;

/**
 * What is checked before a load into the crash slot. The kernel gives up the image that is there before it looks at the new one
 * (do_kexec_load and kexec_file_load of kernel/kexec.c and kernel/kexec_file.c), so whatever it would refuse is better not tried.
 */
final class CrashChecks {
    /** On every architecture the kernel needs at least one for control code, and one for its copy of vmcoreinfo. */
    private static final int FEWEST_FREE_PAGES = 2;

    private final Attempt attempt;
    private final LinuxAbi abi;
    private final KernelState state;
    private final CrashState crash;

    CrashChecks(Attempt attempt, LinuxAbi abi, KernelState state, CrashState crash) {
        this.attempt = attempt;
        this.abi = abi;
        this.state = state;
        this.crash = crash;
    }

    /**
     * How the kernel would refuse, and why.
     *
     * @param errno the number that it would give
     * @param refusal what that means
     */
    record Problem(Errno errno, Refusal refusal) {}

    /** What is wrong with an image for kexec_load, as far as it is known. */
    Optional<Problem> ofImage(KexecImage image) {
        return ofBoth().or(() -> ofPages(image)).or(() -> ofPlace(image));
    }

    /** What is wrong with files for kexec_file_load, as far as it is known. */
    Optional<Problem> ofFiles() {
        return ofBoth().or(() -> crash.region()
                .filter(region -> Long.compareUnsigned(attempt.memory(), region.size()) > 0)
                .map(region -> new Problem(
                        Errno.EADDRNOTAVAIL,
                        new Refusal(
                                "the files take at least %d bytes, and the memory reserved for a crash kernel has %d"
                                        .formatted(attempt.memory(), region.size()),
                                "reserve more with crashkernel=, or use a smaller initrd"))));
    }

    private Optional<Problem> ofBoth() {
        if (state.forbidsEverything(ImageSlot.CRASH)) {
            return problem(Errno.EPERM);
        }
        if (isForAnotherMachine() || isTooLarge()) {
            return problem(Errno.EINVAL);
        }
        return state.lacksReservation() ? problem(Errno.EADDRNOTAVAIL) : Optional.empty();
    }

    /** A JVM with 32 bits may load for a kernel with 64. */
    private boolean isForAnotherMachine() {
        return attempt.kexecArch().isPresent()
                && attempt.kexecArch().getAsInt() != abi.kexecArch()
                && crash.machine().map(LinuxAbi::kexecArch).orElse(abi.kexecArch())
                        != attempt.kexecArch().getAsInt();
    }

    private boolean isTooLarge() {
        return Long.compareUnsigned(attempt.memory(), state.totalMemory().orElse(Long.MAX_VALUE) / 2) > 0;
    }

    private Optional<Problem> ofPages(KexecImage image) {
        long pageSize = crash.pageSize().orElse(image.pageSize());
        return pageSize == image.pageSize()
                ? Optional.empty()
                : Optional.of(new Problem(
                        Errno.EADDRNOTAVAIL,
                        new Refusal(
                                "the image was built for a kernel with pages of %d bytes, and this one has pages of %d"
                                        .formatted(image.pageSize(), pageSize),
                                "build the image for this very machine")));
    }

    private Optional<Problem> ofPlace(KexecImage image) {
        if (crash.region().isEmpty()) {
            return Optional.empty();
        }
        PhysicalRange region = crash.region().get();
        Optional<Segment> outside = image.segments().stream()
                .filter(segment -> !region.contains(segment.range()))
                .findFirst();
        if (outside.isPresent()) {
            Segment segment = outside.get();
            return Optional.of(
                    new Problem(
                            Errno.EADDRNOTAVAIL,
                            new Refusal(
                                    "the %s at %s lies outside of the memory reserved for a crash kernel, which is %s now"
                                            .formatted(segment.role().label(), segment.range(), region),
                                    "build the image anew: the reservation is another than it was built for, or has been shrunk")));
        }
        long free = region.size() - attempt.memory();
        return Long.compareUnsigned(free, FEWEST_FREE_PAGES * image.pageSize()) < 0
                ? problem(Errno.ENOMEM)
                : Optional.empty();
    }

    private Optional<Problem> problem(Errno errno) {
        return Optional.of(new Problem(errno, Refusal.of(attempt, Optional.of(errno), abi, state)));
    }
}
