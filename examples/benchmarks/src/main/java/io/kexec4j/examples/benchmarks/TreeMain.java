package io.kexec4j.examples.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Measures what is done with device trees, beside libfdt, and prints tables in Markdown. */
public final class TreeMain {
    private TreeMain() {}

    /**
     * Runs the benchmarks; see the script {@code run-trees}, which calls this.
     *
     * @param arguments the directory for the input files, the directory of the real device trees, the program that uses
     *     libfdt, the jar of the benchmarks, and what version dtc says it is
     * @throws Exception if something cannot be measured
     */
    public static void main(String[] arguments) throws Exception {
        Trees trees = new Trees(Path.of(arguments[0]));
        List<Path> real = Trees.below(Path.of(arguments[1]));
        trees.write(real);
        Libfdt libfdt = new Libfdt(arguments[2], trees);
        System.out.println(Machine.description("libfdt of " + arguments[4].replaceFirst("^Version: ", "")));
        Measured jmh = Measured.run(trees.directory(), TreeBenchmark.class, OverlayBenchmark.class);
        TreeReport report = new TreeReport(jmh, libfdt);
        Program java = all(
                List.of(Programs.launcher(), "-XX:+UseSerialGC", "-cp", arguments[3], AllTrees.class.getName()), real);
        Program c = all(List.of(arguments[2], "all"), real);
        report.demands().print(System.out);
        report.growth().print(System.out);
        TreeReport.cold(real.size(), java, c).print(System.out);
    }

    private static Program all(List<String> command, List<Path> files) {
        List<String> whole = new ArrayList<>(command);
        files.forEach(file -> whole.add(file.toString()));
        return new Program(Map.of(), whole);
    }
}
