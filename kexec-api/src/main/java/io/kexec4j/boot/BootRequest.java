package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.crash.CrashPlan;
import io.kexec4j.image.KernelInput;
import io.kexec4j.image.Segment;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that an image is made of.
 *
 * @param target the machine; for a crash, as it will be then
 * @param kernel the second kernel
 * @param initrd its initial RAM disk
 * @param commandLine its command line, which is passed on as UTF-8; may be empty
 * @param deviceTree a flattened device tree for the second kernel, on architectures where the firmware need not bring one
 * @param modules what a kernel that is no Linux wants besides (multiboot), in order
 * @param options what else the user has decided, for the protocols that know it
 * @param crash what makes the image one for a crash, if it is one
 * @param window the memory in which all segments must lie ({@code --mem-min}, {@code --mem-max})
 * @param verification what the purgatory does
 * @param random where random bytes come from
 * @param progress hears how far long work has come
 */
public record BootRequest(
        Target target,
        KernelFile kernel,
        Optional<Content> initrd,
        String commandLine,
        Optional<Content> deviceTree,
        List<Module> modules,
        Set<BootOption> options,
        Optional<CrashPlan> crash,
        PhysicalRange window,
        Verification verification,
        RandomSource random,
        Progress progress) {
    /**
     * Checks what every protocol relies on.
     *
     * @param target the machine
     * @param kernel the second kernel
     * @param initrd its initial RAM disk
     * @param commandLine its command line
     * @param deviceTree a flattened device tree
     * @param modules what a kernel that is no Linux wants besides; copied
     * @param options what else the user has decided; copied
     * @param crash what makes the image one for a crash
     * @param window the memory in which all segments must lie
     * @param verification what the purgatory does
     * @param random where random bytes come from
     * @param progress hears how far long work has come
     * @throws IllegalArgumentException if the initrd is empty, or if the command line holds a NUL character, where the kernel
     *     would end it, or half of a surrogate pair, which UTF-8 has no bytes for
     */
    public BootRequest {
        modules = List.copyOf(modules);
        options = Set.copyOf(options);
        KernelInput.verify(initrd, commandLine);
    }

    /**
     * {@return whether the user has decided something}
     *
     * @param option what
     */
    public boolean has(BootOption option) {
        return options.contains(option);
    }

    /**
     * {@return the segments that do not depend on the kernel, and that lie where they are already; only images for a crash have some}
     */
    public List<Segment> crashSegments() {
        return crash.map(CrashPlan::segments).orElse(List.of());
    }
}
