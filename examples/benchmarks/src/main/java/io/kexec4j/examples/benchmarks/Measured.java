package io.kexec4j.examples.benchmarks;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What JMH has measured, by the names of the methods. */
final class Measured {
    private static final double MILLIS = 1000;

    private final Map<String, RunResult> results;

    private Measured(Collection<RunResult> results) {
        this.results = results.stream().collect(Collectors.toMap(Measured::name, result -> result));
    }

    /** Runs the benchmarks of some classes in JVMs of their own, which are told where the input files are. */
    static Measured run(Path inputs, Class<?>... benchmarks) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        for (Class<?> benchmark : benchmarks) {
            options.include("^" + Pattern.quote(benchmark.getName()) + "\\.");
        }
        return new Measured(new Runner(options.addProfiler(CpuTime.class)
                        .jvmArgsPrepend("-D%s=%s".formatted(Inputs.PROPERTY, inputs.toAbsolutePath()))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run());
    }

    /** The method, and behind it what it was run for, if anything: "parse 1k". */
    private static String name(RunResult result) {
        BenchmarkParams parameters = result.getParams();
        return parameters.getParamsKeys().stream()
                .map(parameters::getParam)
                .collect(Collectors.joining(" ", result.getPrimaryResult().getLabel() + " ", ""))
                .strip();
    }

    /** Operations a second. */
    double rate(String name) {
        return result(name).getPrimaryResult().getScore();
    }

    /** Milliseconds an operation. */
    double millis(String name) {
        return MILLIS / rate(name);
    }

    /** Milliseconds of CPU time of the whole JVM an operation. */
    double cpuMillis(String name) {
        return secondary(name, CpuTime.LABEL);
    }

    /** Bytes a second. */
    double bytes(String name) {
        return secondary(name, "bytes");
    }

    private double secondary(String name, String label) {
        Result<?> secondary = result(name).getSecondaryResults().get(label);
        if (secondary == null) {
            throw new IllegalArgumentException(name + " has no " + label);
        }
        return secondary.getScore();
    }

    private RunResult result(String name) {
        RunResult result = results.get(name);
        if (result == null) {
            throw new IllegalArgumentException("JMH has not run " + name);
        }
        return result;
    }
}
