package io.kexec4j.examples.benchmarks;

import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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

/** Ranges of memory, as many to be left out of them, and how the time grows. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class ExclusionBenchmark {
    private static final long DISTANCE = 0x10_0000;

    /** How many ranges there are. */
    @Param({"1000", "10000", "100000"})
    public int ranges;

    private final List<PhysicalRange> ram = new ArrayList<>();
    private final List<PhysicalRange> left = new ArrayList<>();

    /** Each range has a hole in it; the holes come in no order. */
    @Setup
    public void prepare() {
        for (int i = 0; i < ranges; i++) {
            ram.add(PhysicalRange.ofSize(i * DISTANCE, DISTANCE / 2));
            left.add(PhysicalRange.ofSize(i * DISTANCE + DISTANCE / 4, DISTANCE / 8));
        }
        Collections.shuffle(left, new Random(1));
    }

    /** What remains: twice as many ranges. */
    @Benchmark
    public List<PhysicalRange> exclusion() {
        return MemoryHoles.holes(ram, left);
    }
}
