package io.kexec4j.boot.ppc64;

import io.kexec4j.boot.DeviceTrees;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.target.PowerFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.List;

/** What the running kernel tells of its machine. */
final class Ppc64Facts {
    private Ppc64Facts() {}

    /**
     * {@return the tree that knows most: as the running kernel has it now, or as it was given it}
     *
     * @throws UnsupportedCombinationException if there is none
     * @throws IOException if it is malformed
     */
    static Fdt known(Target target) throws IOException {
        Content tree = target.liveTree()
                .or(target::deviceTree)
                .orElseThrow(() -> new UnsupportedCombinationException(
                        "no device tree of this machine is known (/proc/device-tree, /sys/firmware/fdt),"
                                + " and only that tells where its firmware and the running kernel are"));
        return DeviceTrees.parse(tree);
    }

    static PowerFacts facts(Target target) throws IOException {
        return PowerFacts.read(known(target));
    }

    /** What the user should know that the tree did not tell. */
    static List<String> remarks(PowerFacts facts) {
        return facts.runningKernel().isPresent()
                ? List.of()
                : List.of("where the running kernel ends is not known (linux,kernel-end in /proc/device-tree):"
                        + " Linux refuses an image with a segment below that (ETXTBSY)");
    }
}
