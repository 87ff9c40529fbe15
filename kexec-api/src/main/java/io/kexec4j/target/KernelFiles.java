package io.kexec4j.target;

import io.kexec4j.image.Architecture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where the running kernel lies, and where it maps all RAM: from {@code /proc/kcore}, and where that does not tell all, from {@code
 * /proc/kallsyms} too, which is large.
 */
final class KernelFiles {
    private KernelFiles() {}

    /** Adds what is known. */
    static void read(RootFiles files, CrashMemory memory, Architecture architecture, CrashFacts.Builder facts)
            throws IOException {
        Optional<Kcore> kcore = Kcore.read(files);
        if (kcore.isPresent()) {
            kcore.get().verifyMachine(architecture.elfMachine());
            KernelMappings mappings = new KernelMappings(kcore.get().loads(), memory);
            mappings.directMapOffset().ifPresent(facts::directMapOffset);
            KernelDescription description = kcore.get().description();
            Optional<KernelMapping> kernel = described(description, mappings);
            if (kernel.isEmpty()) {
                kernel = named(KernelSymbols.read(files), description, mappings);
            }
            kernel.ifPresent(facts::kernel);
        }
    }

    private static Optional<KernelMapping> described(KernelDescription description, KernelMappings mappings) {
        OptionalLong stext = description.symbol(KernelSymbols.STEXT);
        return stext.isPresent() ? mappings.kernelAt(stext.getAsLong()) : Optional.empty();
    }

    private static Optional<KernelMapping> named(
            KernelSymbols symbols, KernelDescription description, KernelMappings mappings) {
        OptionalLong stext = symbols.address(KernelSymbols.STEXT);
        Optional<KernelMapping> kernel = stext.isPresent() ? mappings.kernelAt(stext.getAsLong()) : Optional.empty();
        OptionalLong text = symbols.address(KernelSymbols.TEXT);
        OptionalLong end = symbols.address(KernelSymbols.END);
        OptionalLong offset = description.mappingOffset();
        return kernel.isEmpty() && text.isPresent() && end.isPresent() && offset.isPresent()
                ? mappings.kernelBetween(text.getAsLong(), end.getAsLong(), offset.getAsLong())
                : kernel;
    }

    /** What these files have of that, with nothing else. */
    static Map<String, byte[]> factsOnly(RootFiles files, CrashMemory memory) throws IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        Optional<Kcore> kcore = Kcore.read(files);
        if (kcore.isPresent()) {
            contents.put(Kcore.FILE, kcore.get().factsOnly(memory));
            KernelMappings mappings = new KernelMappings(kcore.get().loads(), memory);
            if (described(kcore.get().description(), mappings).isEmpty()) {
                KernelSymbols.read(files)
                        .factsOnly()
                        .ifPresent(symbols ->
                                contents.put(KernelSymbols.FILE, symbols.getBytes(StandardCharsets.ISO_8859_1)));
            }
        }
        return contents;
    }
}
