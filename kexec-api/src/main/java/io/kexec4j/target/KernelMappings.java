package io.kexec4j.target;

import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.memory.PhysicalRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What the segments of {@code /proc/kcore} say about RAM. Linux 6.1 and 6.12 list, for x86 and arm64 alike:
 *
 * <ul>
 *   <li>the kernel itself, from {@code _text} to {@code _end}, first;
 *   <li>vmalloc, modules and page structures, with -1 as physical address, since they have none; 0 in older kernels. On arm64 the
 *       addresses of the kernel lie among those of vmalloc;
 *   <li>the direct map, a segment for each System RAM. So the memory of the kernel is mapped twice.
 * </ul>
 *
 * Which is which they do not say, so: a segment that is not wholly in RAM counts for nothing, and one whose memory is but a part of
 * another's is no part of the direct map. That {@code /proc/iomem} has {@code Kernel code} only serves as a check: on arm64 it begins at
 * {@code _stext} in 6.1, and at {@code _text} in 6.12.
 */
final class KernelMappings {
    /** A segment and the RAM that it maps. */
    private record Mapping(ProgramHeader load, PhysicalRange memory) {
        long offset() {
            return load.virtualAddress() - load.physicalAddress();
        }

        boolean holds(long virtualAddress) {
            return Long.compareUnsigned(virtualAddress - load.virtualAddress(), load.memorySize()) < 0;
        }
    }

    private static final Comparator<Mapping> BY_START_AND_LARGEST_FIRST = (one, other) -> {
        int byStart = Long.compareUnsigned(one.memory.start(), other.memory.start());
        return byStart != 0 ? byStart : Long.compareUnsigned(other.memory.end(), one.memory.end());
    };

    private final List<Mapping> direct = new ArrayList<>();
    private final List<Mapping> others = new ArrayList<>();
    private final CrashMemory memory;

    KernelMappings(List<ProgramHeader> loads, CrashMemory memory) {
        this.memory = memory;
        List<Mapping> sorted =
                mappings(loads, memory).sorted(BY_START_AND_LARGEST_FIRST).toList();
        for (Mapping mapping : sorted) {
            boolean isPart = !direct.isEmpty() && isPart(mapping, direct.get(direct.size() - 1));
            (isPart ? others : direct).add(mapping);
        }
    }

    private static boolean isPart(Mapping mapping, Mapping other) {
        return other.memory.contains(mapping.memory) && !other.memory.equals(mapping.memory);
    }

    private static Stream<Mapping> mappings(List<ProgramHeader> loads, CrashMemory memory) {
        return loads.stream()
                .flatMap(load -> CrashMemory.range(load.physicalAddress(), load.memorySize())
                        .filter(memory::isRam)
                        .map(range -> new Mapping(load, range))
                        .stream());
    }

    /** The segments that are wholly in RAM. */
    static List<ProgramHeader> loadsOfRam(List<ProgramHeader> loads, CrashMemory memory) {
        return mappings(loads, memory).map(Mapping::load).toList();
    }

    /** Virtual address minus physical address in the direct map, if that is the same everywhere. */
    OptionalLong directMapOffset() {
        boolean isSame = direct.stream().mapToLong(Mapping::offset).distinct().count() == 1;
        return isSame ? OptionalLong.of(direct.get(0).offset()) : OptionalLong.empty();
    }

    /** Where the kernel lies, of which one virtual address is known, if a segment other than the direct map has all its parts. */
    Optional<KernelMapping> kernelAt(long stext) {
        return others.stream()
                .filter(mapping -> mapping.holds(stext))
                .filter(mapping -> isWhole(mapping.memory))
                .map(mapping -> new KernelMapping(mapping.load.virtualAddress(), mapping.memory))
                .findFirst();
    }

    /** Where the kernel lies, of which both ends are known, and virtual address minus physical address. */
    Optional<KernelMapping> kernelBetween(long text, long end, long offset) {
        return CrashMemory.range(text - offset, end - text)
                .filter(memory::isRam)
                .filter(this::isWhole)
                .map(range -> new KernelMapping(text, range));
    }

    /** Whether a range has all that Linux calls a part of the kernel, of which there must be some. */
    private boolean isWhole(PhysicalRange range) {
        return !memory.kernel().isEmpty() && memory.kernel().stream().allMatch(range::contains);
    }
}
