package io.kexec4j.examples.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the figures were measured on. */
final class Machine {
    private Machine() {}

    /** The JVM, the CPU, the system, how much else it has to do, and the programs; a line with a blank one behind it. */
    static String description(String programs) throws IOException {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse(System.getProperty("os.arch"));
        return String.format(
                Locale.ROOT,
                "%s %s; %s, %d CPUs; Linux %s; load %s at the start; %s.%n",
                System.getProperty("java.vm.name"),
                System.getProperty("java.runtime.version"),
                cpu,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.version").replaceFirst("^(\\d+\\.\\d+).*", "$1"),
                Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0],
                programs);
    }
}
