package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.util.Optional;

/**
 * All that an image is made of.
 *
 * @param target the machine
 * @param kernel the second kernel
 * @param initrd its initial RAM disk
 * @param commandLine its command line, without a NUL; may be empty
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
        RandomSource random) {}
