package io.kexec4j.boot;

import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.KernelFile;
import java.io.IOException;

/** How the kernels of an architecture want to be started. Implementations have no state. */
public interface BootProtocol {
    /**
     * {@return whether this protocol starts a kind of kernel on an architecture}
     *
     * @param architecture of the machine
     * @param kernel the second kernel
     */
    boolean starts(Architecture architecture, KernelFile kernel);

    /**
     * Makes the image.
     *
     * @param request all that it is made of; {@link #starts} holds for it
     * @return the image
     * @throws io.kexec4j.error.KexecException if there is no such image
     * @throws IOException if a file is malformed or has changed
     */
    KexecImage build(BootRequest request) throws IOException;
}
