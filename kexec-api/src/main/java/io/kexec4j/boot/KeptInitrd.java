package io.kexec4j.boot;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.Chosen;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The initrd of the running kernel, which is still where its boot loader has put it if that kernel was told to keep it. */
public final class KeptInitrd {
    private static final List<String> PARAMETERS = List.of("retain_initrd", "keepinitrd");

    /** More than any boot loader loads, and less than a kernel can map together with itself. */
    private static final long LARGEST = 16L << 30;

    /** What every kernel can map. */
    private static final long HIGHEST = 1L << 48;

    private KeptInitrd() {}

    /**
     * {@return where it lies, exactly}
     *
     * @param request which wants it
     * @throws UnsupportedCombinationException if there is another initrd, if the running kernel has not kept its own ({@code
     *     retain_initrd}), or if its device tree does not tell where it is
     * @throws io.kexec4j.error.MalformedInputException if the device tree is malformed
     * @throws IOException if a file has shrunk
     */
    public static PhysicalRange of(BootRequest request) throws IOException {
        if (request.initrd().isPresent()) {
            throw new UnsupportedCombinationException(
                    "there can be one initrd: a new one, or that of the running kernel");
        }
        List<String> parameters = List.of(request.target().commandLine().split("\\s+"));
        if (PARAMETERS.stream().noneMatch(parameters::contains)) {
            throw new UnsupportedCombinationException(
                    "the initrd of the running kernel is gone: only with retain_initrd on its command line does it keep it");
        }
        Optional<Content> tree =
                request.target().deviceTree().or(() -> request.target().liveTree());
        try {
            Optional<Chosen> chosen = tree.isPresent() ? Chosen.of(DeviceTrees.read(tree.get())) : Optional.empty();
            Optional<AddressRange> initrd = chosen.isPresent() ? chosen.get().initrd() : Optional.empty();
            AddressRange range = initrd.orElseThrow(() -> new UnsupportedCombinationException(
                    "the initrd of the running kernel cannot be handed on: no device tree tells where it is"));
            return inMemory(request, PhysicalRange.ofSize(range.start(), range.size()));
        } catch (FdtException e) {
            throw DeviceTrees.malformed(e);
        }
    }

    /** Wherever the running kernel keeps it, that is in one region of memory: RAM, or reserved. */
    private static PhysicalRange inMemory(BootRequest request, PhysicalRange initrd) {
        List<PhysicalRange> memory = request.target().memoryMap().regions().stream()
                .map(MemoryRegion::range)
                .toList();
        boolean isMemory = MemoryHoles.holes(List.of(initrd), memory).isEmpty();
        boolean isMapped = initrd.start() != 0 && Long.compareUnsigned(initrd.end(), HIGHEST) <= 0;
        if (!isMemory || !isMapped || initrd.size() > LARGEST) {
            throw new UnsupportedCombinationException(
                    "the initrd of the running kernel cannot be handed on: %s, where its device tree has it, is not memory that can hold one"
                            .formatted(initrd));
        }
        return initrd;
    }
}
