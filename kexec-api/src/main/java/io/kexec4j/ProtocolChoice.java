package io.kexec4j;

import io.kexec4j.architectures.BootArchitectures;
import io.kexec4j.boot.BootOption;
import io.kexec4j.boot.BootProtocol;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.error.UnsupportedCombinationException;

/** Which boot protocol makes an image: the first of the architecture that starts the kernel. */
final class ProtocolChoice {
    private ProtocolChoice() {}

    /**
     * Chooses.
     *
     * @param request all that the image is made of
     * @throws UnsupportedCombinationException if there is none, or if it cannot do what was asked for
     */
    static BootProtocol of(BootRequest request) {
        BootProtocol protocol = BootArchitectures.of(request.target().architecture()).protocols().stream()
                .filter(candidate -> candidate.starts(request))
                .findFirst()
                .orElseThrow(() -> new UnsupportedCombinationException("no boot protocol starts this kernel on %s: %s"
                        .formatted(request.target().architecture().linuxName(), request.kernel())));
        for (BootOption option : request.options()) {
            refuseUnless(protocol.honours(option), option.label(), request);
        }
        refuseUnless(request.deviceTree().isEmpty() || protocol.takesDeviceTree(), "a device tree", request);
        refuseUnless(request.crash().isEmpty() || protocol.startsAfterCrash(), "a start after a crash", request);
        refuseUnless(request.modules().isEmpty() || protocol.takesModules(), "modules", request);
        return protocol;
    }

    private static void refuseUnless(boolean possible, String wish, BootRequest request) {
        if (!possible) {
            throw new UnsupportedCombinationException("%s: not possible with this kernel on %s: %s"
                    .formatted(wish, request.target().architecture().linuxName(), request.kernel()));
        }
    }
}
