package io.kexec4j.image;

import io.kexec4j.bytes.Content;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What every second kernel can be given, whichever system call loads it. */
public final class KernelInput {
    private KernelInput() {}

    /**
     * Checks what the user gives.
     *
     * @param initrd the initial RAM disk
     * @param commandLine the command line, which is passed on as UTF-8
     * @throws IllegalArgumentException if the initrd is empty, or if the command line holds a NUL character, where the kernel
     *     would end it, or half of a surrogate pair, which UTF-8 has no bytes for
     */
    public static void verify(Optional<Content> initrd, String commandLine) {
        if (initrd.isPresent() && initrd.get().size() == 0) {
            throw new IllegalArgumentException("an initrd must not be empty");
        }
        if (commandLine.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a command line must not hold a NUL character: it would end there");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(commandLine)) {
            throw new IllegalArgumentException("a command line must be text that UTF-8 can encode");
        }
    }
}
