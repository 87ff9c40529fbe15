package io.kexec4j.boot;

import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import java.io.IOException;

/** How the kernels of an architecture want to be started. Implementations have no state. */
public interface BootProtocol {
    /**
     * {@return whether this protocol starts such a kernel on such a machine}
     *
     * @param request all that the image is made of
     */
    boolean starts(BootRequest request);

    /**
     * {@return whether this protocol does what an option says}
     *
     * @param option any
     */
    boolean honours(BootOption option);

    /**
     * {@return whether this protocol can pass a device tree on}
     */
    default boolean takesDeviceTree() {
        return false;
    }

    /**
     * {@return whether this protocol can pass modules on}
     */
    default boolean takesModules() {
        return false;
    }

    /**
     * {@return whether this protocol can start a kernel after a crash: in the memory that was set apart only, and such that it finds the
     *     core header}
     */
    default boolean startsAfterCrash() {
        return false;
    }

    /**
     * Makes the image.
     *
     * @param request all that it is made of; {@link #starts} holds for it, and it asks for nothing that the protocol does not do
     * @return the image
     * @throws io.kexec4j.error.KexecException if there is no such image
     * @throws IOException if a file is malformed or has changed
     */
    KexecImage build(BootRequest request) throws IOException;

    /**
     * {@return the same for kexec_file_load, by which the running kernel builds the image itself}
     *
     * @param request all that it is made of; {@link #starts} holds for it, and it asks for nothing that the protocol does not do
     * @throws UnsupportedCombinationException if Linux takes no such kernel by that call, or cannot do what was decided
     */
    default KexecFiles files(BootRequest request) {
        throw new UnsupportedCombinationException("kexec_file_load takes no such kernel: " + request.kernel());
    }
}
