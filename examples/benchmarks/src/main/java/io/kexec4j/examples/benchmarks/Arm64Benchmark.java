package io.kexec4j.examples.benchmarks;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.boot.BootRequest;
import io.kexec4j.boot.DeviceTreeHandOver;
import io.kexec4j.boot.RandomSource;
import io.kexec4j.boot.UsableMemoryRange;
import io.kexec4j.boot.Verification;
import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecImage;
import io.kexec4j.kernel.KernelFile;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

/** An image for arm64: an Image of 30 MiB, an initrd of 50 MiB, and a device tree of 100 KiB. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 8, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Djava.util.concurrent.ForkJoinPool.common.parallelism=0")
@State(Scope.Benchmark)
public class Arm64Benchmark {
    private static final int DEVICES = 640;
    private static final int TREE_SIZE = 100 << 10;

    private final Inputs inputs = Inputs.ofThisProcess();
    private @Nullable Target machine;
    private @Nullable BootRequest request;

    /** Describes the machine. */
    @Setup
    public void prepare() throws IOException {
        PhysicalRange ram = PhysicalRange.ofSize(Inputs.GIB, 2 * Inputs.GIB);
        Target target = Target.builder(
                        Architecture.AARCH64, new MemoryMap(List.of(new MemoryRegion(ram, RegionType.RAM))))
                .deviceTree(tree(ram))
                .build();
        machine = target;
        request = new BootRequest(
                target,
                KernelFile.parse(Content.ofFile(inputs.arm64Kernel())),
                Optional.empty(),
                "root=/dev/sda1 ro console=ttyAMA0",
                Optional.empty(),
                List.of(),
                Set.of(),
                Optional.empty(),
                new PhysicalRange(0, -1),
                Verification.DEFAULT,
                RandomSource.system(),
                Progress.NONE);
    }

    /** Devices of a bus, with as much in each as in trees of real boards. */
    private static Content tree(PhysicalRange ram) {
        EditableTree tree = EditableTree.empty();
        EditableNode root = tree.root();
        root.set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(2));
        root.add("memory@40000000")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(ram.start(), ram.size()));
        root.add("chosen").set("bootargs", PropertyValue.ofStrings("quiet"));
        EditableNode bus = root.add("soc");
        for (int i = 0; i < DEVICES; i++) {
            bus.add("device@%x".formatted(i << 12))
                    .set("compatible", PropertyValue.ofStrings("vendor,device-" + i % 10, "vendor,device"))
                    .set("reg", PropertyValue.ofU64(i << 12, 1 << 12))
                    .set("interrupts", PropertyValue.ofCells(0, i, 4))
                    .set("clocks", PropertyValue.ofCells(1, i, 1, i + 1))
                    .set("phandle", PropertyValue.ofCells(i + 1));
        }
        byte[] blob = new byte[tree.write().remaining()];
        tree.write().get(blob);
        if (blob.length < TREE_SIZE) {
            throw new IllegalStateException("the tree is too small: " + blob.length);
        }
        return Content.of(blob);
    }

    /** Maps and parses the files, computes their digests one after the other, and builds. */
    @Benchmark
    public KexecImage firstArm64Image(ImageBenchmark.Hashed hashed) throws IOException {
        hashed.bytes += Inputs.arm64Bytes();
        return KexecImageBuilder.forTarget(Objects.requireNonNull(machine))
                .kernel(inputs.arm64Kernel())
                .initrd(inputs.initrd())
                .commandLine("root=/dev/sda1 ro console=ttyAMA0")
                .build();
    }

    /** The whole hand-over of the device tree, from blob to blob. */
    @Benchmark
    public Content deviceTreeEdit() throws IOException {
        return DeviceTreeHandOver.of(
                        Objects.requireNonNull(request),
                        Optional.of(PhysicalRange.ofSize(Inputs.GIB, Inputs.MIB)),
                        new UsableMemoryRange())
                .blob();
    }
}
