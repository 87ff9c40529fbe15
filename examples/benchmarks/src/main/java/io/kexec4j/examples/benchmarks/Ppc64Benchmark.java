package io.kexec4j.examples.benchmarks;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.crash.CrashOptions;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.PowerMemory;
import io.kexec4j.purgatory.MismatchAction;
import io.kexec4j.target.CpuNotes;
import io.kexec4j.target.CrashFacts;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Images for ppc64le: a vmlinux of 30 MiB, an initrd of 50 MiB, and a guest with 192 CPUs and 4 TiB in blocks of 256 MiB. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Djava.util.concurrent.ForkJoinPool.common.parallelism=0")
@State(Scope.Benchmark)
public class Ppc64Benchmark {
    private static final int CPUS = 192;
    private static final int THREADS = 8;
    private static final int BLOCKS = 16384;
    private static final long BLOCK = 256L << 20;
    private static final int ASSIGNED = 8;
    private static final long NOTES = 0x4000_0000;
    private static final PhysicalRange REGION = PhysicalRange.ofSize(512L << 20, 512L << 20);

    private final Inputs inputs = Inputs.ofThisProcess();
    private @Nullable Target machine;
    private @Nullable KernelFile kernel;

    /** Describes the machine. */
    @Setup
    public void prepare() throws IOException {
        EditableTree tree = tree();
        PhysicalRange ram = new PhysicalRange(0, (BLOCKS + 1) * BLOCK);
        List<CpuNotes> cpus = IntStream.range(0, CPUS * THREADS)
                .mapToObj(cpu -> new CpuNotes(cpu, true, PhysicalRange.ofSize(NOTES + cpu * 0x1000L, 536)))
                .toList();
        machine = Target.builder(Architecture.PPC64LE, PowerMemory.parse(tree))
                .liveTree(Content.of(tree.write()))
                .crash(CrashFacts.builder(List.of(ram), List.of(REGION))
                        .cpus(cpus, cpus.size())
                        .vmcoreinfo(PhysicalRange.ofSize(NOTES - 0x2000, 0x1000))
                        .directMapOffset(0xc000_0000_0000_0000L)
                        .build())
                .build();
        kernel = KernelFile.parse(Content.ofFile(inputs.ppc64Kernel()));
    }

    /** A guest, of whose memory only the first block is in a node of its own. */
    private static EditableTree tree() {
        EditableTree tree = EditableTree.empty();
        EditableNode root = tree.root();
        root.set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(2));
        root.add("memory@0")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(0, 16 * BLOCK));
        ByteBuffer blocks = ByteBuffer.allocate(Integer.BYTES * (1 + 6 * (BLOCKS - 15)));
        blocks.putInt(BLOCKS - 15);
        for (int i = 16; i <= BLOCKS; i++) {
            blocks.putLong(i * BLOCK)
                    .putInt(0x8000_0000 + i)
                    .putInt(0)
                    .putInt(0)
                    .putInt(ASSIGNED);
        }
        root.add("ibm,dynamic-reconfiguration-memory")
                .set("ibm,lmb-size", PropertyValue.ofU64(BLOCK))
                .set("ibm,dynamic-memory", PropertyValue.of(blocks.array()));
        root.add("chosen").set("linux,kernel-end", PropertyValue.ofU64(0x300_0000));
        EditableNode cpus = root.add("cpus");
        cpus.set("#address-cells", PropertyValue.ofCells(1)).set("#size-cells", PropertyValue.ofCells(0));
        for (int i = 0; i < CPUS; i++) {
            cpus.add("PowerPC,POWER10@%x".formatted(i * THREADS))
                    .set("device_type", PropertyValue.ofStrings("cpu"))
                    .set("reg", PropertyValue.ofCells(i * THREADS))
                    .set("cpu-version", PropertyValue.ofCells(0x0080_0200))
                    .set("ibm,ppc-interrupt-server#s", PropertyValue.of(new byte[THREADS * Integer.BYTES]));
        }
        return tree;
    }

    /** Maps and parses the files, computes their digests one after the other, and builds. */
    @Benchmark
    public KexecImage firstPpc64Image(ImageBenchmark.Hashed hashed) throws IOException {
        hashed.bytes += Inputs.ppc64Bytes();
        return KexecImageBuilder.forTarget(Objects.requireNonNull(machine))
                .kernel(inputs.ppc64Kernel())
                .initrd(inputs.initrd())
                .commandLine("root=/dev/sda1 ro console=hvc0")
                .build();
    }

    /** All of a crash image but the digests: the core header, and the device tree that tells of each block of memory. */
    @Benchmark
    public KexecImage ppc64CrashImage() throws IOException {
        return KexecImageBuilder.forTarget(Objects.requireNonNull(machine))
                .kernel(Objects.requireNonNull(kernel))
                .commandLine("root=/dev/sda1 ro console=hvc0")
                .crash(CrashOptions.DEFAULT)
                .verification(new Verification(false, MismatchAction.RESET, Optional.empty()))
                .build();
    }
}
