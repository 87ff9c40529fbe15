package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.overlay.Overlays;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Applies overlays before anything else is done to a device tree. */
public final class DeviceTreeOverlays {
    private DeviceTreeOverlays() {}

    /**
     * Applies overlays to the user's tree, or to that of the running kernel.
     *
     * @param target the machine
     * @param tree the user's
     * @param overlays in the order in which they are applied
     * @return the tree with the overlays; without any, the user's as it is
     * @throws UnsupportedCombinationException if there is no tree to apply them to
     * @throws io.kexec4j.error.MalformedInputException if a tree is none, or an overlay does not fit
     * @throws IOException if a file has shrunk
     */
    public static Optional<Content> apply(Target target, Optional<Content> tree, List<Content> overlays)
            throws IOException {
        if (overlays.isEmpty()) {
            return tree;
        }
        Content base = tree.or(target::deviceTree)
                .or(target::liveTree)
                .orElseThrow(
                        () -> new UnsupportedCombinationException(
                                "an overlay needs a device tree to be applied to, and none is known of this machine: give one"));
        try {
            List<Fdt> parsed = new ArrayList<>();
            for (Content overlay : overlays) {
                parsed.add(DeviceTrees.read(overlay));
            }
            return Optional.of(
                    Content.of(Overlays.apply(DeviceTrees.read(base), parsed).write()));
        } catch (FdtException e) {
            throw DeviceTrees.malformed(e);
        }
    }
}
