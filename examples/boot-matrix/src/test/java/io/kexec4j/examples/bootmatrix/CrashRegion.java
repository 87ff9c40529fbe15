package io.kexec4j.examples.bootmatrix;

import io.kexec4j.elf.ElfFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The memory that a guest keeps for crash kernels, in which what is loaded lies in its place at once. */
final class CrashRegion {
    /** Loaders put headers at multiples of 1 KiB, or of a page. */
    private static final int STEP = 1024;

    private static final int MAGIC = 0x7f454c46;
    private static final int MAX_HEADER = 1 << 16;

    private final Path file;
    private final List<Found> known = new ArrayList<>();

    /** A header: where it is, and what it says. */
    private record Found(long address, CoreHead head) {}

    /**
     * @param name of the guest
     */
    CrashRegion(String name) {
        file = Path.of("target", name + ".crash-region");
    }

    /**
     * Takes the header out of memory that was loaded since the last call. What is unloaded stays in memory: so it is the one that was
     * not there before. If the last one is loaded again at the same place, that cannot be told from a header that was not found.
     *
     * @param console that says where the region is
     */
    CoreHead elfcorehdr(Monitor monitor, Console console) throws IOException {
        List<Found> fresh = new ArrayList<>();
        for (Iomem.Range range : Iomem.of(console.frame("first-iomem")).crashKernel()) {
            monitor.saveMemory(range.start(), range.end() - range.start(), file);
            fresh.addAll(search(range.start()));
            Files.delete(file);
        }
        fresh.removeAll(known);
        if (fresh.size() != 1) {
            throw new AssertionError(
                    "there is not one new ELF core header in the crash region, but %s".formatted(fresh));
        }
        known.addAll(fresh);
        return fresh.get(0).head;
    }

    private List<Found> search(long start) throws IOException {
        List<Found> found = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer memory = channel.map(MapMode.READ_ONLY, 0, channel.size());
            for (int at = 0; at < memory.limit(); at += STEP) {
                if (memory.getInt(at) == MAGIC) {
                    int size = Math.min(MAX_HEADER, memory.limit() - at);
                    addIfCore(start + at, memory.slice(at, size), found);
                }
            }
        }
        return found;
    }

    /** Programs in the initramfs have the same magic number. */
    private static void addIfCore(long address, ByteBuffer bytes, List<Found> found) {
        try {
            found.add(new Found(address, CoreHead.ofElfcorehdr(bytes)));
        } catch (ElfFormatException e) {
            // Something else.
        }
    }
}
