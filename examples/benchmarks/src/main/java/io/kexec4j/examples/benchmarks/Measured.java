package io.kexec4j.examples.benchmarks;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
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
        this.results = results.stream()
                .collect(Collectors.toMap(result -> result.getPrimaryResult().getLabel(), result -> result));
    }

    /** Runs every benchmark of this package in JVMs of their own. */
    static Measured run(Inputs inputs) throws RunnerException {
        return new Measured(new Runner(new OptionsBuilder()
                        .include(Measured.class.getPackageName())
                        .addProfiler(CpuTime.class)
                        .jvmArgsPrepend("-D%s=%s"
                                .formatted(Inputs.PROPERTY, inputs.directory().toAbsolutePath()))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run());
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
