package io.kexec4j.examples.benchmarks;

import io.kexec4j.elf.CoreHeader;
import io.kexec4j.elf.CoreMemory;
import io.kexec4j.elf.CoreNotes;
import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
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
    private static final long RANGE = 0x800_0000;
    private static final long GAP = 0x1000;
    private static final long LINEAR_MAP = 0xffff_8880_0000_0000L;

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
        /** As many processors as Linux is built for, and what kexec-tools has room for at most. */
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

    private final List<CoreNotes> notes = new ArrayList<>();
    private final List<CoreMemory> memory = new ArrayList<>();

    /** Makes up the machine. */
    @Setup
    public void prepare() {
        for (int i = 0; i < size.processors; i++) {
            notes.add(new CoreNotes(0x1_0000_0000L + i * 0x1000L, 0x170));
        }
        for (int i = 0; i < size.ranges; i++) {
            long start = i * RANGE;
            memory.add(new CoreMemory(LINEAR_MAP + start, start, RANGE - GAP, start));
        }
    }

    /** From lists of what the machine has to the bytes of the segment. */
    @Benchmark
    public ByteBuffer coreHeader() {
        return new CoreHeader(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN, ElfHeader.EM_X86_64, notes, memory).bytes();
    }
}
