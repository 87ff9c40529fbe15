package io.kexec4j.examples.benchmarks;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From files to an image: 10 MiB of kernel with 64 MiB of init_size, and 50 MiB of initrd. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class ImageBenchmark {
    static final int MACHINES = 10_000;

    private static final String COMMON_POOL = "-Djava.util.concurrent.ForkJoinPool.common.parallelism=";

    private final Inputs inputs = Inputs.ofThisProcess();
    private final Target[] machines = new Target[MACHINES];
    private @Nullable Files files;
    private int number;

    private record Files(KernelFile kernel, Content initrd) {}

    /** Bytes whose digests are computed, in a second. */
    @AuxCounters
    @State(Scope.Thread)
    public static class Hashed {
        /** How many. */
        public long bytes;
    }

    /** Describes the machines, and reads the files for the images that share them. */
    @Setup
    public void prepare() throws IOException {
        files = new Files(KernelFile.parse(Content.ofFile(inputs.kernel())), Content.ofFile(inputs.initrd()));
        for (int i = 0; i < MACHINES; i++) {
            machines[i] = Inputs.machine(i);
        }
    }

    /** Maps and parses the files, computes their digests one after the other, and builds. */
    @Benchmark
    @Fork(value = 1, jvmArgsAppend = COMMON_POOL + "0")
    public KexecImage firstImageOnOneThread(Hashed hashed) throws IOException {
        return firstImage(hashed);
    }

    /** The same with the digests of kernel and initrd at the same time. */
    @Benchmark
    @Fork(value = 1, jvmArgsAppend = COMMON_POOL + "1")
    public KexecImage firstImageOnTwoThreads(Hashed hashed) throws IOException {
        return firstImage(hashed);
    }

    private KexecImage firstImage(Hashed hashed) throws IOException {
        hashed.bytes += Inputs.bytes();
        return KexecImageBuilder.forTarget(machines[0])
                .kernel(inputs.kernel())
                .initrd(inputs.initrd())
                .commandLine("root=/dev/sda1 ro console=ttyS0")
                .build();
    }

    /** Another command line, everything else as before. */
    @Benchmark
    public KexecImage nextImage() throws IOException {
        number++;
        return image(machines[0], number);
    }

    /** An image for each of many machines, all of which are kept until the last is done. */
    @Benchmark
    @OperationsPerInvocation(MACHINES)
    @Measurement(iterations = 5, time = 2)
    public KexecImage[] fleet() throws IOException {
        KexecImage[] images = new KexecImage[MACHINES];
        for (int i = 0; i < MACHINES; i++) {
            images[i] = image(machines[i], i);
        }
        return images;
    }

    private KexecImage image(Target target, int number) throws IOException {
        Files shared = Objects.requireNonNull(files);
        return KexecImageBuilder.forTarget(target)
                .kernel(shared.kernel)
                .initrd(shared.initrd)
                .commandLine("root=/dev/sda1 ro console=ttyS0 machine=" + number)
                .build();
    }
}
