package io.kexec4j.linux;

import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import java.util.OptionalInt;

/**
 * What was asked of the kernel, as far as it helps to explain the answer.
 *
 * @param call the system call
 * @param description what it should do, for people
 * @param slot the slot that it concerns
 * @param kexecArch {@code KEXEC_ARCH_*} of the image, if there is one
 * @param memory bytes of memory that the segments take together, 0 if there are none
 */
record Attempt(String call, String description, ImageSlot slot, OptionalInt kexecArch, long memory) {
    static final String KEXEC_LOAD = "kexec_load";
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
                memory);
    }

    static Attempt unload(ImageSlot slot) {
        return new Attempt(
                KEXEC_LOAD,
                "unloading the %s image (kexec_load)".formatted(slot.label()),
                slot,
                OptionalInt.empty(),
                0);
    }

    static Attempt execute() {
        return new Attempt(REBOOT, "starting the loaded image (reboot)", ImageSlot.NORMAL, OptionalInt.empty(), 0);
    }

    /** Whether there is an image in the call. */
    boolean isLoad() {
        return kexecArch.isPresent();
    }
}
