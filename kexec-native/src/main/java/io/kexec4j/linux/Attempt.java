package io.kexec4j.linux;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What was asked of the kernel, as far as it helps to explain the answer.
 *
 * @param call the system call
 * @param description what it should do, for people
 * @param slot the slot that it concerns
 * @param kexecArch {@code KEXEC_ARCH_*} of the image, if there is one
 * @param memory bytes of memory that the segments take together, 0 if there are none; for kexec_file_load, the least that they
 *     can take
 * @param imageFlags the flags for kexec_load
 * @param fileFlags the flags for kexec_file_load
 */
record Attempt(
        String call,
        String description,
        ImageSlot slot,
        OptionalInt kexecArch,
        long memory,
        Set<KexecFlag> imageFlags,
        Set<KexecFileFlag> fileFlags) {
    static final String KEXEC_LOAD = LoadCall.KEXEC_LOAD.label();
    static final String KEXEC_FILE_LOAD = LoadCall.KEXEC_FILE_LOAD.label();
    static final String REBOOT = "reboot";

    static Attempt load(KexecImage image) {
        ImageSlot slot = ImageSlot.of(image);
        long memory = 0;
        for (Segment segment : image.segments()) {
            memory += segment.range().size();
        }
        return new Attempt(
                KEXEC_LOAD,
                "loading a %s image (kexec_load)".formatted(slot.label()),
                slot,
                OptionalInt.of(image.architecture().elfMachine()),
                memory,
                image.flags(),
                Set.of());
    }

    static Attempt load(KexecFiles files) {
        ImageSlot slot = ImageSlot.of(files);
        return new Attempt(
                KEXEC_FILE_LOAD,
                "loading a %s kernel (kexec_file_load)".formatted(slot.label()),
                slot,
                OptionalInt.of(files.architecture().elfMachine()),
                files.kernel().size() + files.initrd().map(Content::size).orElse(0L),
                Set.of(),
                files.flags());
    }

    static Attempt unload(ImageSlot slot, LoadCall call) {
        return new Attempt(
                call.label(),
                "unloading the %s image (%s)".formatted(slot.label(), call.label()),
                slot,
                OptionalInt.empty(),
                0,
                Set.of(),
                Set.of());
    }

    static Attempt execute() {
        return new Attempt(
                REBOOT,
                "starting the loaded image (reboot)",
                ImageSlot.NORMAL,
                OptionalInt.empty(),
                0,
                Set.of(),
                Set.of());
    }

    /** Whether it is kexec_file_load. */
    boolean isOfFiles() {
        return call.equals(KEXEC_FILE_LOAD);
    }

    /** Whether there is an image in the call. */
    boolean isLoad() {
        return kexecArch.isPresent();
    }
}
