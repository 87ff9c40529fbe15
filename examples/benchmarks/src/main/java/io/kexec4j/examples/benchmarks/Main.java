package io.kexec4j.examples.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.RunnerException;

/** Measures everything, one thing after the other, and prints tables in Markdown. */
public final class Main {
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;
    private static final double KIB = 1024;

    private final PrintStream out = System.out;
    private final Inputs inputs;
    private final Programs programs;

    private Main(Inputs inputs, Programs programs) {
        this.inputs = inputs;
        this.programs = programs;
    }

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
        new Main(inputs, new Programs(inputs, arguments[1], arguments[2], arguments[3])).run();
    }

    private void run() throws IOException, InterruptedException, RunnerException {
        environment();
        Program.Times openssl = programs.digest().measure();
        Program.Times opensslStart = programs.opensslStart().measure();
        Optional<Program.Times> kexec = ifPossible(() -> programs.kexecTools().measure());
        Measured warm = Measured.run(inputs);
        warm(warm, openssl, opensslStart, kexec);
        limits(warm, openssl, opensslStart);
        cold(kexec);
    }

    private void environment() throws IOException, InterruptedException {
        String cpu = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse(System.getProperty("os.arch"));
        String load = Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
        Optional<String> kexec = ifPossible(() -> programs.kexecVersion().run());
        out.printf(
                Locale.ROOT,
                "%s %s, %s, %d CPUs, Linux %s, load %s at the start; %s; %s.%n%n",
                System.getProperty("java.vendor"),
                System.getProperty("java.runtime.version"),
                cpu,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.version"),
                load,
                programs.opensslStart().run(),
                kexec.orElse("no kexec-tools"));
    }

    private void warm(Measured warm, Program.Times openssl, Program.Times opensslStart, Optional<Program.Times> kexec)
            throws IOException {
        Table table = new Table("Warm JVM, kernel of 10 MiB and initrd of 50 MiB", "ms", "CPU ms", "MB/s", "Compared");
        double bytes = Inputs.bytes();
        table.row(
                "`openssl dgst -sha256` of both, process",
                number(openssl.wall()),
                cpu(openssl),
                rate(bytes, openssl),
                "");
        table.row("`openssl version`, process", number(opensslStart.wall()), cpu(opensslStart), "", "");
        kexec.ifPresent(times -> table.row(
                "`kexec -l`, process, of which user " + number(times.user()),
                number(times.wall()),
                cpu(times),
                rate(bytes, times),
                ""));
        for (String name : new String[] {"firstImageOnOneThread", "firstImageOnTwoThreads"}) {
            String compared = "%s of openssl".formatted(times(warm.millis(name) / openssl.wall()))
                    + kexec.map(times ->
                                    ", CPU %s of kexec's user".formatted(times(warm.cpuMillis(name) / times.user())))
                            .orElse("");
            table.row(
                    name.contains("One") ? "first image, one thread" : "first image, two threads",
                    number(warm.millis(name)),
                    number(warm.cpuMillis(name)),
                    number(warm.bytes(name) / MEGA),
                    compared);
        }
        table.row(
                "next image, other command line",
                number(warm.millis("nextImage")),
                number(warm.cpuMillis("nextImage")),
                "",
                "");
        table.row(
                "an image of %d for as many machines".formatted(ImageBenchmark.MACHINES),
                number(warm.millis("fleet")),
                number(warm.cpuMillis("fleet")),
                "",
                "%.0f images/s".formatted(warm.rate("fleet")));
        table.print(out);

        Table heap = new Table("Heap for an image of 10000", "KiB");
        heap.row("initrd of 50 MiB", number(Footprint.bytesPerImage(inputs.kernel(), inputs.initrd()) / KIB));
        heap.row("initrd of 1 GiB", number(Footprint.bytesPerImage(inputs.kernel(), inputs.largeInitrd()) / KIB));
        heap.print(out);
    }

    private void limits(Measured warm, Program.Times openssl, Program.Times opensslStart) {
        Table table = new Table("Limits", "GB/s", "ms for 60 MiB");
        limit(table, "SHA-256 in Java, 64 KiB in the cache", warm.bytes("sha256OfCache"));
        limit(table, "SHA-256 in Java, 60 MiB in memory", warm.bytes("sha256OfMemory"));
        limit(
                table,
                "SHA-256 in openssl, without its start-up",
                Inputs.bytes() * 1000.0 / (openssl.wall() - opensslStart.wall()));
        limit(table, "a copy in memory", warm.bytes("copy"));
        limit(table, "first image, one thread", warm.bytes("firstImageOnOneThread"));
        limit(table, "first image, two threads", warm.bytes("firstImageOnTwoThreads"));
        table.print(out);
    }

    private static void limit(Table table, String what, double bytesPerSecond) {
        table.row(what, number(bytesPerSecond / GIGA), number(Inputs.bytes() * 1000.0 / bytesPerSecond));
    }

    private void cold(Optional<Program.Times> kexec) throws IOException, InterruptedException {
        Table table = new Table("Cold, a process: the same files", "ms", "user ms", "system ms");
        for (Programs.Cold cold : programs.cold()) {
            row(table, cold.name(), cold.program().measure());
        }
        kexec.ifPresent(times -> row(table, "`kexec -l` of kexec-tools", times));
        table.print(out);
    }

    private static void row(Table table, String what, Program.Times times) {
        table.row(what, number(times.wall()), number(times.user()), number(times.system()));
    }

    private static String cpu(Program.Times times) {
        return number(times.user() + times.system());
    }

    private static String rate(double bytes, Program.Times times) {
        return number(bytes * 1000 / times.wall() / MEGA);
    }

    private static String times(double value, double other) {
        return String.format(Locale.ROOT, "%.2f times", value / other);
    }

    /** Three digits that count. */
    private static String number(double value) {
        String format = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
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
