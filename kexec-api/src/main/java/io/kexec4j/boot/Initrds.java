package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import java.util.ArrayList;
import java.util.List;

/**
 * Several initrds as one: Linux unpacks archives that lie one behind the other, compressed or not, and a file of a later one
 * replaces that of an earlier one (Documentation/driver-api/early-userspace/buffer-format.rst). That is how microcode, modules
 * and an overlay come along.
 */
public final class Initrds {
    /** Between two archives there are zeroes; the next one is only found at a multiple of this (unpack_to_rootfs, init/initramfs.c). */
    private static final int ALIGNMENT = 4;

    private Initrds() {}

    /**
     * Joins initrds without copying them.
     *
     * @param initrds in the order in which they are unpacked; microcode must come first
     * @return one behind the other, each but the first behind zeroes up to the next multiple of {@value #ALIGNMENT} bytes; a
     *     single one as it is
     * @throws IllegalArgumentException if one is empty
     */
    public static Content join(List<Content> initrds) {
        List<Content> parts = new ArrayList<>();
        long end = 0;
        for (Content initrd : initrds) {
            if (initrd.size() == 0) {
                throw new IllegalArgumentException("an initrd must not be empty");
            }
            long padding = -end & (ALIGNMENT - 1);
            parts.add(Content.zeroes(padding));
            parts.add(initrd);
            end = Math.addExact(end + padding, initrd.size());
        }
        return Content.concat(parts);
    }
}
