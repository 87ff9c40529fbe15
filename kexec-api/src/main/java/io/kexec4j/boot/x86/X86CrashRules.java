package io.kexec4j.boot.x86;

import io.kexec4j.boot.BootOption;
import io.kexec4j.crash.CrashRules;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.KernelRelease;
import io.kexec4j.target.Target;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Images for a crash on x86. Every kernel needs memory below 1 MiB, where its other processors start, and none of that can be set apart
 * by {@code crashkernel=}.
 *
 * <p>Since Linux 5.5 the running kernel leaves it unused if memory is set apart (6f599d84231f, x86/kdump: Always reserve the low 1M), so
 * that the crash kernel may have it, and the dump does without. With older ones the purgatory first copies what is below 640 KiB.
 */
final class X86CrashRules {
    private static final PhysicalRange LOW_MEMORY = new PhysicalRange(0, 1 << 20);

    /** Where the memory of the first PC ended. */
    private static final long END_OF_BASE_MEMORY = 0xa_0000;

    private static final long PAGE = 4096;
    private static final long GIB = 1L << 30;
    private static final long PAGE_OF_UPPER_TABLE = 512 * GIB;

    /** The control code, the topmost tables, a copy of the kernel's description of itself, and what is lost between them. */
    private static final long FEW_PAGES = 32;

    private X86CrashRules() {}

    static CrashRules of(Target target, CrashFacts facts, Set<BootOption> options) {
        boolean leavesLowMemory = target.kernelRelease()
                .flatMap(KernelRelease::parse)
                .filter(release -> release.isAtLeast(5, 5))
                .isPresent();
        Optional<PhysicalRange> backedUp = leavesLowMemory && !options.contains(X86Option.BACK_UP_LOW_MEMORY)
                ? Optional.empty()
                : baseMemory(facts);
        return new CrashRules(
                true,
                true,
                Set.of(SegmentRole.ELFCOREHDR),
                room(facts.systemRam()),
                backedUp.isEmpty() ? Optional.of(LOW_MEMORY) : Optional.empty(),
                backedUp);
    }

    /** The first RAM, in whole pages but for its end. */
    private static Optional<PhysicalRange> baseMemory(CrashFacts facts) {
        return MemoryHoles.holes(facts.systemRam(), List.of()).stream()
                .filter(range -> Long.compareUnsigned(range.end(), END_OF_BASE_MEMORY) <= 0)
                .filter(range -> range.size() > PAGE)
                .map(range -> new PhysicalRange((range.start() + PAGE - 1) & -PAGE, range.end()))
                .findFirst();
    }

    /**
     * The running kernel puts page tables there that map all memory (init_pgtable, arch/x86/kernel/machine_kexec_64.c), at worst with pages
     * of 2 MiB: one page of them for each GiB.
     */
    private static long room(List<PhysicalRange> ram) {
        return (pieces(ram, GIB) + pieces(ram, PAGE_OF_UPPER_TABLE) + FEW_PAGES) * PAGE;
    }

    /** How many aligned pieces of a size have some of the ranges, which ascend. */
    private static long pieces(List<PhysicalRange> ranges, long size) {
        long count = 0;
        long next = 0;
        for (PhysicalRange range : ranges) {
            long first = Math.max(Long.divideUnsigned(range.start(), size), next);
            next = Math.max(next, Long.divideUnsigned(range.end() - 1, size) + 1);
            count += next - Math.min(first, next);
        }
        return count;
    }
}
