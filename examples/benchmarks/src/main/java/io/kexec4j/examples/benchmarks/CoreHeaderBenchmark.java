package io.kexec4j.examples.benchmarks;

import io.kexec4j.crash.CrashOptions;
import io.kexec4j.crash.CrashPlan;
import io.kexec4j.crash.CrashRules;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.CpuNotes;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.KernelMapping;
import io.kexec4j.target.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The core header of a large machine, for the kernel that is to dump its memory, and how the time grows with the machine. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class CoreHeaderBenchmark {
    private static final long GIB = 1L << 30;
    private static final long MEMORY = 4 * GIB;
    private static final long RANGE = 0x800_0000;
    private static final long GAP = 0x1000;
    private static final long LINEAR_MAP = 0xffff_8880_0000_0000L;
    private static final PhysicalRange LOW_MEMORY = new PhysicalRange(0, 1 << 20);

    /** How large the machine is. */
    public enum Size {
        /** One processor, a thousand ranges of memory. */
        K1(1, 1_000),
        /** Four thousand. */
        K4(1, 4_000),
        /** Sixteen thousand. */
        K16(1, 16_000),
        /** Sixty thousand, nearly as many as an ELF header can count. */
        K60(1, 60_000),
        /** As many processors as Linux is built for, and as many ranges as kexec-tools has room for at most. */
        LARGEST(8_192, 32_768);

        final int processors;
        final int ranges;

        Size(int processors, int ranges) {
            this.processors = processors;
            this.ranges = ranges;
        }
    }

    /** The machine. */
    @Param
    public Size size = Size.LARGEST;

    private Target target = machine(List.of(new PhysicalRange(0, GIB)), List.of());
    private final CrashRules rules =
            new CrashRules(true, true, Set.of(), 1 << 20, Optional.of(LOW_MEMORY), Optional.empty());

    /** Makes up the machine: as many ranges are left as it shall have, one GiB of them with a hole for the crash kernel. */
    @Setup
    public void prepare() {
        List<CpuNotes> cpus = new ArrayList<>();
        for (int i = 0; i < size.processors; i++) {
            cpus.add(new CpuNotes(i, true, PhysicalRange.ofSize(0x1_0000_0000L + i * 0x1000L, 0x170)));
        }
        List<PhysicalRange> ram = new ArrayList<>();
        ram.add(new PhysicalRange(0, GIB));
        for (int i = 2; i < size.ranges; i++) {
            ram.add(PhysicalRange.ofSize(MEMORY + i * RANGE, RANGE - GAP));
        }
        target = machine(ram, cpus);
    }

    private static Target machine(List<PhysicalRange> ram, List<CpuNotes> cpus) {
        return Target.builder(
                        Architecture.X86_64,
                        new MemoryMap(ram.stream()
                                .map(range -> new MemoryRegion(range, RegionType.RAM))
                                .toList()))
                .crash(CrashFacts.builder(ram, List.of(new PhysicalRange(GIB / 2, GIB * 3 / 4)))
                        .cpus(cpus, cpus.size())
                        .vmcoreinfo(PhysicalRange.ofSize(0x100_0000, 0x1024))
                        .kernel(new KernelMapping(0xffff_ffff_8100_0000L, PhysicalRange.ofSize(0x200_0000, 0x200_0000)))
                        .directMapOffset(LINEAR_MAP)
                        .build())
                .build();
    }

    /** From the facts of the machine to the segment with the core header: what is left out of memory, and the bytes. */
    @Benchmark
    public CrashPlan coreHeader() {
        return CrashPlan.of(target, CrashOptions.DEFAULT, rules, new PhysicalRange(0, -1));
    }
}
