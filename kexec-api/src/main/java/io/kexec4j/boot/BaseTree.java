package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.bindings.Chosen;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tree that the second kernel's is made of.
 *
 * @param tree the tree as it was found
 * @param origin whose it is
 */
public record BaseTree(Fdt tree, Origin origin) {
    /** Whose a tree is. */
    public enum Origin {
        /** The user has given it. */
        USER,
        /** The running kernel was given it at its start ({@code /sys/firmware/fdt}), and has not changed it since. */
        START,
        /** The running kernel has it now ({@code /proc/device-tree}); memory reservations and the boot CPU are not known. */
        NOW
    }

    /**
     * {@return the tree that counts: the user's, else that of the running kernel's start, else that which it has now}
     *
     * @throws UnsupportedCombinationException if no device tree is known
     */
    static BaseTree of(BootRequest request) throws IOException {
        if (request.deviceTree().isPresent()) {
            return new BaseTree(DeviceTrees.read(request.deviceTree().get()), Origin.USER);
        }
        Optional<Content> start = request.target().deviceTree();
        if (start.isPresent()) {
            return new BaseTree(DeviceTrees.read(start.get()), Origin.START);
        }
        Content now = request.target()
                .liveTree()
                .orElseThrow(() -> new UnsupportedCombinationException(
                        "the second kernel needs a device tree, and none is known of this machine: give one"));
        return new BaseTree(DeviceTrees.read(now), Origin.NOW);
    }

    /** The size of the blob, if the running kernel may have reserved the memory that it lies in. */
    OptionalInt sizeInMemory() {
        return origin == Origin.START ? OptionalInt.of(tree.header().totalSize()) : OptionalInt.empty();
    }

    /** Whether an earlier kernel has handed a log of IMA over to the running one. */
    boolean hasImaLog() {
        return origin != Origin.USER
                && Chosen.of(tree)
                        .flatMap(chosen -> chosen.node().property(StaleHandOver.IMA_BUFFER))
                        .isPresent();
    }

    /**
     * {@return the newest tree that is known of the running kernel, which may be this one}
     *
     * @param request what the image is made of
     * @throws io.kexec4j.error.MalformedInputException if it is larger than any is
     * @throws io.kexec4j.fdt.FdtException if it is no tree
     * @throws IOException if a file has shrunk
     */
    public Optional<Fdt> running(BootRequest request) throws IOException {
        Optional<Content> blob =
                request.target().liveTree().or(() -> request.target().deviceTree());
        boolean isThisOne = origin == Origin.NOW
                || (origin == Origin.START && request.target().liveTree().isEmpty());
        return blob.isEmpty() || isThisOne ? blob.map(same -> tree) : Optional.of(DeviceTrees.read(blob.get()));
    }
}
