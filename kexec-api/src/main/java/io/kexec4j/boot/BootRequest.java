package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * All that an image is made of.
 *
 * @param target the machine
 * @param kernel the second kernel
 * @param initrd its initial RAM disk
 * @param commandLine its command line, which is passed on as UTF-8; may be empty
 * @param window the memory in which all segments must lie ({@code --mem-min}, {@code --mem-max})
 * @param verification what the purgatory does
 * @param random where random bytes come from
 */
public record BootRequest(
        Target target,
        KernelFile kernel,
        Optional<Content> initrd,
        String commandLine,
        PhysicalRange window,
        Verification verification,
        RandomSource random) {
    /**
     * Checks what every protocol relies on.
     *
     * @param target the machine
     * @param kernel the second kernel
     * @param initrd its initial RAM disk
     * @param commandLine its command line
     * @param window the memory in which all segments must lie
     * @param verification what the purgatory does
     * @param random where random bytes come from
     * @throws IllegalArgumentException if the initrd is empty, or if the command line holds a NUL character, where the kernel
     *     would end it, or half of a surrogate pair, which UTF-8 has no bytes for
     */
    public BootRequest {
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
