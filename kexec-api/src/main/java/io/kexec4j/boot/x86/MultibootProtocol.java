package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.Multiboot2Header;
import io.kexec4j.kernel.MultibootKernel;
import java.io.IOException;
import java.util.Optional;

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
        return X86Image.honours(option);
    }

    @Override
    public boolean takesModules() {
        return true;
    }

    @Override
    public KexecImage build(BootRequest request) throws IOException {
        MultibootKernel kernel = (MultibootKernel) request.kernel();
        Optional<Multiboot2Header.Relocatable> relocatable = Optional.empty();
        MultibootScreen screen = MultibootScreen.NONE;
        if (kernel.header() instanceof Multiboot2Header header) {
            screen = MultibootScreen.of(request);
            refuseUnlessMet(header, screen.framebuffer());
            relocatable = header.relocatable();
        }
        return MultibootImage.of(
                request,
                new MultibootImage.Program(kernel.header().version(), kernel.entry(), kernel.segments(), relocatable),
                screen);
    }

    /** A loader must not start a kernel that wants what the loader has not (Multiboot2 Specification 2.0, "Header tags"). */
    private static void refuseUnlessMet(Multiboot2Header header, Optional<MultibootFramebuffer> framebuffer) {
        if (header.architecture() != 0) {
            throw new UnsupportedCombinationException(
                    "the multiboot2 header is for architecture %d, and 0 is i386".formatted(header.architecture()));
        }
        if (header.bootServices()) {
            throw new UnsupportedCombinationException(
                    "the multiboot2 kernel demands EFI boot services, which end before the first kernel starts");
        }
        for (Multiboot2Header.Request wanted : header.requests()) {
            if (!wanted.optional() && !Multiboot2Information.tells(wanted.type(), framebuffer)) {
                throw new UnsupportedCombinationException(
                        "the multiboot2 kernel demands information of type %d, which is not known after a kexec"
                                .formatted(wanted.type()));
            }
        }
    }
}
