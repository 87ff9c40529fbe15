package io.kexec4j.fdt.bindings;

import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import java.util.Optional;

/** Whether a device works: the {@code status} of its node (Devicetree Specification v0.4, section 2.3.4). */
public enum Status {
    /** It does: {@code okay}, or {@code ok} as older trees say, or no property at all. */
    OKAY,
    /** Not now, but it could be made to: for a CPU, that it waits to be started. */
    DISABLED,
    /** It does, but belongs to somebody else, such as the firmware. */
    RESERVED,
    /** It does not, and cannot be made to: {@code fail}, or {@code fail-} and what is wrong. */
    FAIL,
    /** Something that the specification does not know. Linux leaves such a device alone, as it does all but the first. */
    UNKNOWN;

    /**
     * {@return the status of a node}
     *
     * @param node the node
     * @throws FdtException if the property is not a string
     */
    public static Status of(Node node) throws FdtException {
        Optional<String> status = Values.string(node, "status");
        return status.isPresent() ? of(status.get()) : OKAY;
    }

    private static Status of(String status) {
        return switch (status) {
            case "okay", "ok" -> OKAY;
            case "disabled" -> DISABLED;
            case "reserved" -> RESERVED;
            case "fail" -> FAIL;
            default -> status.startsWith("fail-") ? FAIL : UNKNOWN;
        };
    }
}
