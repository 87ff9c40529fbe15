package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.MultibootKernel;
import java.io.IOException;

/** Starts kernels such as Xen by Multiboot (Multiboot Specification 0.6.96) or Multiboot2 (Multiboot2 Specification 2.0). */
public final class MultibootProtocol implements BootProtocol {
    /** Creates the protocol, which has no state. */
    public MultibootProtocol() {}

    @Override
    public boolean starts(BootRequest request) {
        return request.target().architecture() == Architecture.X86_64 && request.kernel() instanceof MultibootKernel;
    }

    @Override
    public boolean honours(BootOption option) {
        return false;
    }

    @Override
    public boolean takesModules() {
        return true;
    }

    @Override
    public KexecImage build(BootRequest request) throws IOException {
        MultibootKernel kernel = (MultibootKernel) request.kernel();
        return MultibootImage.of(
                request, new MultibootImage.Program(kernel.header().version(), kernel.entry(), kernel.segments()));
    }
}
