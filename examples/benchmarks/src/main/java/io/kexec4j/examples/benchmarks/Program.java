package io.kexec4j.examples.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A program that is run as a process of its own, several times.
 *
 * @param environment variables that it is given besides
 * @param command its path and arguments
 */
record Program(Map<String, String> environment, List<String> command) {
    private static final int RUNS = 15;
    private static final double NANOS_PER_MILLI = 1e6;

    /** USER_HZ, which is 100 on every architecture but alpha (include/asm-generic/param.h). */
    private static final double MILLIS_PER_TICK = 10;

    /** Where the CPU time of ended children is in /proc/self/stat, counted behind the name: cutime and cstime (proc(5)). */
    private static final int CHILDREN_USER = 13;

    private static final int CHILDREN_SYSTEM = 14;

    /**
     * What a run takes.
     *
     * @param wall median of the milliseconds that pass
     * @param user mean of the milliseconds of CPU time of its own code
     * @param system mean of the milliseconds of CPU time of the kernel for it
     */
    record Times(double wall, double user, double system) {
        double cpu() {
            return user + system;
        }
    }

    static Program of(String... command) {
        return new Program(Map.of(), List.of(command));
    }

    /** Runs it until the times can be trusted, after one run that is not counted. */
    Times measure() throws IOException, InterruptedException {
        run();
        double[] wall = new double[RUNS];
        double user = children(CHILDREN_USER);
        double system = children(CHILDREN_SYSTEM);
        for (int i = 0; i < RUNS; i++) {
            long before = System.nanoTime();
            run();
            wall[i] = (System.nanoTime() - before) / NANOS_PER_MILLI;
        }
        Arrays.sort(wall);
        return new Times(
                wall[RUNS / 2], (children(CHILDREN_USER) - user) / RUNS, (children(CHILDREN_SYSTEM) - system) / RUNS);
    }

    /** Runs it once and gives what it prints. */
    String run() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException("%s ended with %d: %s".formatted(String.join(" ", command), status, output));
        }
        return output;
    }

    private static double children(int field) throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[field]) * MILLIS_PER_TICK;
    }
}
