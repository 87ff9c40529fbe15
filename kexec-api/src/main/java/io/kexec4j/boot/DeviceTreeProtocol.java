package io.kexec4j.boot;

import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFiles;
import java.nio.charset.StandardCharsets;

/**
 * What all protocols have in common whose kernel is handed a device tree. An initrd that was kept can be handed on by it, and it can tell
 * a crash kernel of its memory; Linux' own loader makes one itself, and takes none.
 */
public abstract class DeviceTreeProtocol implements BootProtocol {
    private final Architecture architecture;
    private final int longestCommandLine;

    /**
     * Creates it.
     *
     * @param architecture that it is for
     * @param longestCommandLine in bytes, without the NUL: {@code COMMAND_LINE_SIZE} of the architecture less 1
     */
    protected DeviceTreeProtocol(Architecture architecture, int longestCommandLine) {
        this.architecture = architecture;
        this.longestCommandLine = longestCommandLine;
    }

    /**
     * {@return what it is for}
     */
    protected final Architecture architecture() {
        return architecture;
    }

    @Override
    public final boolean honours(BootOption option) {
        return option == CommonOption.REUSE_INITRD;
    }

    @Override
    public final boolean takesDeviceTree() {
        return true;
    }

    @Override
    public final boolean startsAfterCrash() {
        return true;
    }

    /**
     * {@return what Linux' own loader gets}
     *
     * @param request all that it is made of, of which that loader can hand on everything
     * @throws UnsupportedCombinationException if it takes no such kernel
     */
    protected abstract KexecFiles filesFor(BootRequest request);

    @Override
    public final KexecFiles files(BootRequest request) {
        verifyCommandLine(request);
        KexecFiles files = filesFor(request);
        if (request.deviceTree().isPresent()) {
            throw new UnsupportedCombinationException(
                    "a device tree: kexec_file_load takes that of the running kernel");
        }
        if (request.has(CommonOption.REUSE_INITRD)) {
            throw UnsupportedCombinationException.notByFiles(CommonOption.REUSE_INITRD.label());
        }
        return files;
    }

    /**
     * Checks that the kernel will not cut the command line.
     *
     * @param request all that the image is made of
     * @throws ProtocolLimitException if it would
     */
    protected final void verifyCommandLine(BootRequest request) {
        int size = request.commandLine().getBytes(StandardCharsets.UTF_8).length;
        if (size > longestCommandLine) {
            throw new ProtocolLimitException(
                    "bytes of the command line (COMMAND_LINE_SIZE of %s)".formatted(architecture.linuxName()),
                    size,
                    longestCommandLine);
        }
    }
}
