package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootRequest;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.Optional;

/**
 * What a multiboot2 kernel is told of the screen.
 *
 * @param framebuffer if there is one that can be told of
 * @param remark what the user should know about that
 */
record MultibootScreen(Optional<MultibootFramebuffer> framebuffer, Optional<String> remark) {
    /** Of which nothing is known. */
    static final MultibootScreen NONE = new MultibootScreen(Optional.empty(), Optional.empty());

    /**
     * Looks at what the running kernel was told.
     *
     * @throws IOException if its boot_params are malformed
     */
    static MultibootScreen of(BootRequest request) throws IOException {
        Target target = request.target();
        if (target.bootParams().isEmpty()) {
            return NONE;
        }
        ScreenInfo info = ScreenInfo.of(
                BootParams.parse(target.bootParams().get()),
                target.framebuffer(),
                false,
                request.has(X86Option.VGA_RESET));
        return new MultibootScreen(MultibootFramebuffer.of(info), info.remark());
    }
}
