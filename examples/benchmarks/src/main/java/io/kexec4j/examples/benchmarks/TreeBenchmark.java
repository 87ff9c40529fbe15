package io.kexec4j.examples.benchmarks;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
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
import org.openjdk.jmh.infra.Blackhole;

/** What is done with device trees: of real size, and of sizes that show how the time grows. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class TreeBenchmark {
    /** Which of the {@link Trees}. */
    @Param({Trees.LARGEST, "1k", "10k", "100k"})
    public String tree = Trees.LARGEST;

    private ByteBuffer blob = ByteBuffer.allocate(0);
    private Fdt parsed = EditableTree.empty().flatten();
    private final List<String> paths = new ArrayList<>();
    private final List<Integer> phandles = new ArrayList<>();
    private final List<String> names = new ArrayList<>();

    /** Reads the tree, and what will be looked up in it. */
    @Setup
    public void prepare() throws IOException {
        blob = ByteBuffer.wrap(Files.readAllBytes(Trees.ofThisProcess().file(tree)));
        parsed = Fdt.read(blob);
        parsed.nodes().map(Node::path).forEach(paths::add);
        parsed.nodes().flatMap(node -> node.phandle().stream()).forEach(phandles::add);
        for (int i = 0; i < paths.size(); i++) {
            names.add("unique,name-" + i);
        }
    }

    /** Reads and checks a blob, and makes the indexes of names and phandles. */
    @Benchmark
    public Fdt parse() throws IOException {
        Fdt fdt = Fdt.read(blob);
        fdt.node("/chosen");
        fdt.nodeByPhandle(1);
        return fdt;
    }

    /** Finds every node by its path. */
    @Benchmark
    public void paths(Blackhole found) {
        for (String path : paths) {
            found.consume(parsed.node(path));
        }
    }

    /** Finds every node that has a phandle by it. */
    @Benchmark
    public void phandles(Blackhole found) {
        for (int phandle : phandles) {
            found.consume(parsed.nodeByPhandle(phandle));
        }
    }

    /** Looks at all names and values. */
    @Benchmark
    public long walk() {
        return AllTrees.walk(parsed);
    }

    /** What kexec does: reads a blob, sets three properties of /chosen, writes it. */
    @Benchmark
    public ByteBuffer kexec() throws IOException {
        EditableTree edited = Fdt.read(blob).edit();
        edited.root()
                .childOrAdd("chosen")
                .set("bootargs", PropertyValue.ofStrings("console=ttyAMA0 root=/dev/vda1"))
                .set("linux,initrd-start", PropertyValue.ofU64(0x4800_0000))
                .set("linux,initrd-end", PropertyValue.ofU64(0x4900_0000));
        return edited.write();
    }

    /** Reads a blob, sets a property in every node, writes it. */
    @Benchmark
    public ByteBuffer set() throws IOException {
        EditableTree edited = Fdt.read(blob).edit();
        int number = 0;
        for (EditableNode node : edited.all()) {
            node.set("benchmark,number", PropertyValue.ofCells(number++));
        }
        return edited.write();
    }

    /** Writes a root with as many properties as the tree has nodes, no two of the same name. */
    @Benchmark
    public ByteBuffer names() {
        EditableTree made = EditableTree.empty();
        int number = 0;
        for (String name : names) {
            made.root().set(name, PropertyValue.ofCells(number++));
        }
        return made.write();
    }
}
