package io.kexec4j.examples.benchmarks;

import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.overlay.Overlays;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
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

/** An overlay of a tenth as many nodes as its base has: each with a fixup, a local fixup and a symbol. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class OverlayBenchmark {
    /** Which of the {@link Trees}. */
    @Param({"1k", "10k", "100k"})
    public String tree = "1k";

    private ByteBuffer base = ByteBuffer.allocate(0);
    private ByteBuffer overlay = ByteBuffer.allocate(0);

    /** Reads the files. */
    @Setup
    public void prepare() throws IOException {
        Trees trees = Trees.ofThisProcess();
        base = ByteBuffer.wrap(Files.readAllBytes(trees.file(tree)));
        overlay = ByteBuffer.wrap(Files.readAllBytes(trees.file(Trees.overlayOf(tree))));
    }

    /** Reads both blobs, applies, and writes. */
    @Benchmark
    public ByteBuffer overlay() throws IOException {
        return Overlays.apply(Fdt.read(base), Fdt.read(overlay)).write();
    }
}
