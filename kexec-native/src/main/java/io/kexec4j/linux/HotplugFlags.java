package io.kexec4j.linux;

import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.target.KernelRelease;
import java.util.List;
import java.util.Optional;

/**
 * By which flag a kernel is asked to update a crash image in place; the documentation of the package has the table. A kernel that does
 * not know a flag refuses with {@code EINVAL} before it gives up what is loaded, so the next one can be tried.
 */
final class HotplugFlags {
    private static final Optional<KexecFlag> NONE = Optional.empty();
    private static final Optional<KexecFlag> UPDATE = Optional.of(KexecFlag.UPDATE_ELFCOREHDR);
    private static final Optional<KexecFlag> SUPPORT = Optional.of(KexecFlag.CRASH_HOTPLUG_SUPPORT);

    private static final long BITS = KexecFlag.UPDATE_ELFCOREHDR.bit() | KexecFlag.CRASH_HOTPLUG_SUPPORT.bit();

    private HotplugFlags() {}

    /** Whether an image is made for it. */
    static boolean areWantedBy(KexecImage image) {
        return (image.flagBits() & BITS) != 0;
    }

    /** The flags of an image as kexec_load takes them, with this one and no other of them. */
    static long bits(KexecImage image, Optional<KexecFlag> flag) {
        return (image.flagBits() & ~BITS) | flag.map(KexecFlag::bit).orElse(0L);
    }

    /**
     * The flags to try, in this order; the last is none.
     *
     * @param wanted whether the image is made for it
     * @param updates whether the kernel can do it at all, as it tells
     */
    static List<Optional<KexecFlag>> toTry(
            boolean wanted, LinuxAbi abi, Optional<Boolean> updates, Optional<KernelRelease> release) {
        boolean ruledOutByAge = release.filter(linux -> !linux.isAtLeast(6, 6)).isPresent();
        if (!wanted || !updates.orElse(!ruledOutByAge)) {
            return List.of(NONE);
        }
        if (!abi.hasElfcorehdrFlag()) {
            return List.of(SUPPORT, NONE);
        }
        boolean knowsOnlyOne = !ruledOutByAge
                && release.filter(linux -> !linux.isAtLeast(6, 10)).isPresent();
        return knowsOnlyOne ? List.of(UPDATE, NONE) : List.of(SUPPORT, UPDATE, NONE);
    }
}
