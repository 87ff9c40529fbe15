package io.kexec4j.examples.benchmarks;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Measures everything, one thing after the other, and prints tables in Markdown. */
public final class Main {
    private Main() {}

    /**
     * Runs the benchmarks; see the script {@code run}, which calls this.
     *
     * @param arguments the directory for the input files, the kexec command's jar, its class data archive, and a library
     *     that keeps {@code syscall} from the kernel, for kexec-tools
     * @throws Exception if something cannot be measured that needs no program but openssl
     */
    public static void main(String[] arguments) throws Exception {
        Inputs inputs = new Inputs(Path.of(arguments[0]));
        inputs.write();
        Programs programs = new Programs(inputs, arguments[1], arguments[2], arguments[3]);
        System.out.println(Machine.description(programs.opensslStart().run().replaceFirst(" \\(.*", "")
                + "; "
                + ifPossible(() -> programs.kexecVersion().run()).orElse("no kexec-tools")));
        Report report = new Report(
                programs.digest().measure(),
                programs.opensslStart().measure(),
                ifPossible(() -> programs.kexecTools().measure()),
                Measured.run(
                        inputs.directory(),
                        ImageBenchmark.class,
                        Arm64Benchmark.class,
                        Ppc64Benchmark.class,
                        CoreHeaderBenchmark.class,
                        ExclusionBenchmark.class,
                        LimitBenchmark.class),
                new Report.Heap(
                        Footprint.bytesPerImage(inputs.kernel(), inputs.initrd()),
                        Footprint.bytesPerImage(inputs.kernel(), inputs.largeInitrd())));
        Map<String, Program.Times> cold = new LinkedHashMap<>();
        for (Programs.Cold start : programs.cold()) {
            cold.put(start.name(), start.program().measure());
        }
        report.demands().print(System.out);
        report.warm().print(System.out);
        report.limits().print(System.out);
        report.coreHeaders().print(System.out);
        report.exclusions().print(System.out);
        report.cold(cold).print(System.out);
    }

    /** Nothing if the program is missing or does not work here; says why. */
    private static <T> Optional<T> ifPossible(Callable<T> action) throws InterruptedException {
        try {
            return Optional.of(action.call());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            System.err.println("not measured: " + e.getMessage());
            return Optional.empty();
        }
    }
}
