package io.kexec4j.examples.benchmarks;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What this machine and this JVM can do at most, whatever the SDK does. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class LimitBenchmark {
    private final byte[] small = new byte[1 << 16];
    private final byte[] large = new byte[60 * Inputs.MIB];
    private final byte[] copy = new byte[60 * Inputs.MIB];
    private final MessageDigest digest = sha256();

    /** Bytes in a second. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Done {
        /** How many. */
        public long bytes;
    }

    /** SHA-256 of what lies in the CPU's cache. */
    @Benchmark
    public byte[] sha256OfCache(Done done) {
        done.bytes += small.length;
        return digest.digest(small);
    }

    /** SHA-256 of what lies in memory. */
    @Benchmark
    public byte[] sha256OfMemory(Done done) {
        done.bytes += large.length;
        return digest.digest(large);
    }

    /** A copy from memory to memory: bytes copied, each of which is read and written. */
    @Benchmark
    public byte[] copy(Done done) {
        done.bytes += large.length;
        System.arraycopy(large, 0, copy, 0, large.length);
        return copy;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
