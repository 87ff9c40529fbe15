package io.kexec4j.examples.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured, as tables.
 *
 * @param openssl the digest of kernel and initrd by openssl
 * @param opensslStart openssl doing nothing
 * @param kexec kexec-tools with the same files, if it could be measured
 * @param jmh what JMH has measured
 * @param heap what images take
 */
record Report(
        Program.Times openssl, Program.Times opensslStart, Optional<Program.Times> kexec, Measured jmh, Heap heap) {
    private static final String ONE = "firstImageOnOneThread";
    private static final String TWO = "firstImageOnTwoThreads";
    private static final String NEXT = "nextImage";
    private static final String FLEET = "fleet";
    private static final String ARM64 = "firstArm64Image";
    private static final String TREE = "deviceTreeEdit";
    private static final String PPC64 = "firstPpc64Image";
    private static final String PPC64_CRASH = "ppc64CrashImage";
    private static final String CORE = "coreHeader ";
    private static final String EXCLUSION = "exclusion ";

    private static final double MILLIS = 1000;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;
    private static final double KIB = 1024;

    /** The most by which images of a small and of a large initrd may differ: what the numbers in their texts need. */
    private static final long SAME_HEAP = 256;

    /**
     * Bytes of heap for an image.
     *
     * @param small with an initrd of 50 MiB
     * @param large with an initrd of 1 GiB
     */
    record Heap(long small, long large) {}

    /** What was demanded of the SDK before it was written. */
    Table demands() {
        Table table = new Table("Demanded", "Measured", "Met");
        double digest = openssl.wall() - opensslStart.wall();
        atMost(table, "first image, one thread: 1.3 times openssl", jmh.millis(ONE) / digest, 1.3);
        double digestCpu = openssl.cpu() - opensslStart.cpu();
        atMost(table, "the same by CPU time", jmh.cpuMillis(ONE) / digestCpu, 1.3);
        atMost(table, "first image, two threads: less than one thread", jmh.millis(TWO) / jmh.millis(ONE), 1);
        kexec.ifPresentOrElse(
                times -> atMost(
                        table,
                        "CPU time of the first image: 1/5 of kexec -l, user",
                        jmh.cpuMillis(ONE) / times.user(),
                        0.2),
                () -> table.row("CPU time of the first image: 1/5 of kexec -l, user", "no kexec-tools", "?"));
        atMost(table, "next image: 1 ms", jmh.millis(NEXT), 1);
        atMost(
                table,
                "arm64, first image, one thread: 1.3 times SHA-256 of its bytes",
                jmh.bytes("sha256OfMemory") / jmh.bytes(ARM64),
                1.3);
        atMost(table, "arm64, the edit of a device tree of 100 KiB: 1 ms", jmh.millis(TREE), 1);
        atMost(
                table,
                "ppc64, first image, one thread: 1.3 times SHA-256 of its bytes",
                jmh.bytes("sha256OfMemory") / jmh.bytes(PPC64),
                1.3);
        atMost(
                table,
                "core header for 8192 CPUs and 32768 ranges, with exclusion: 10 ms",
                jmh.millis(CORE + CoreHeaderBenchmark.Size.LARGEST),
                10);
        table.row(
                "heap for an image: the same with 50 MiB and 1 GiB of initrd",
                "%s KiB, %s KiB".formatted(number(heap.small / KIB), number(heap.large / KIB)),
                yes(Math.abs(heap.small - heap.large) <= SAME_HEAP));
        return table;
    }

    private static void atMost(Table table, String demand, double measured, double most) {
        table.row(demand, String.format(Locale.ROOT, "%.2f", measured), yes(measured <= most));
    }

    private static String yes(boolean met) {
        return met ? "yes" : "no";
    }

    /** Images in a JVM that has built some before, beside processes. */
    Table warm() {
        Table table = new Table("Warm JVM, kernel of 10 MiB, initrd of 50 MiB", "ms", "CPU ms", "MB/s");
        process(table, "`openssl dgst -sha256` of both, a process", openssl);
        table.row("`openssl version`, a process", number(opensslStart.wall()), number(opensslStart.cpu()), "");
        kexec.ifPresent(times -> process(table, "`kexec -l` but the system call, a process", times));
        jmh(table, "first image, one thread", ONE, number(jmh.bytes(ONE) / MEGA));
        jmh(table, "first image, two threads", TWO, number(jmh.bytes(TWO) / MEGA));
        jmh(table, "next image, other command line", NEXT, "");
        String rate = String.format(Locale.ROOT, "%.0f images/s", jmh.rate(FLEET));
        jmh(table, "one of %d, each for its own machine".formatted(ImageBenchmark.MACHINES), FLEET, rate);
        jmh(table, "arm64: first image, one thread, kernel of 30 MiB", ARM64, number(jmh.bytes(ARM64) / MEGA));
        jmh(table, "arm64: the edit of a device tree of 100 KiB", TREE, "");
        jmh(table, "ppc64: first image, one thread, kernel of 30 MiB", PPC64, number(jmh.bytes(PPC64) / MEGA));
        jmh(table, "ppc64: crash image but its digests, 1536 CPUs, 4 TiB in 16384 blocks", PPC64_CRASH, "");
        return table;
    }

    private static void process(Table table, String what, Program.Times times) {
        table.row(
                what, number(times.wall()), number(times.cpu()), number(Inputs.bytes() * MILLIS / times.wall() / MEGA));
    }

    private void jmh(Table table, String what, String name, String rate) {
        table.row(what, number(jmh.millis(name)), number(jmh.cpuMillis(name)), rate);
    }

    /** How close that is to what is possible. */
    Table limits() {
        Table table = new Table("Limits", "GB/s", "ms for both files");
        limit(table, "SHA-256 in Java, 64 KiB in the cache", jmh.bytes("sha256OfCache"));
        limit(table, "SHA-256 in Java, 60 MiB in memory", jmh.bytes("sha256OfMemory"));
        double digest = openssl.wall() - opensslStart.wall();
        limit(table, "SHA-256 in openssl, without its start-up", Inputs.bytes() * MILLIS / digest);
        limit(table, "first image, one thread", jmh.bytes(ONE));
        limit(table, "first image, two threads", jmh.bytes(TWO));
        limit(table, "a copy in memory", jmh.bytes("copy"));
        return table;
    }

    private static void limit(Table table, String what, double bytesPerSecond) {
        table.row(what, number(bytesPerSecond / GIGA), number(Inputs.bytes() * MILLIS / bytesPerSecond));
    }

    /** The core header for a crash dump, and how it grows. */
    Table coreHeaders() {
        Table table = new Table("Core header, processors and ranges of memory", "ms", "CPU ms", "ns for each");
        for (CoreHeaderBenchmark.Size size : CoreHeaderBenchmark.Size.values()) {
            String name = CORE + size;
            String each = number(jmh.millis(name) * MEGA / (size.processors + size.ranges));
            jmh(table, "%d and %d".formatted(size.processors, size.ranges), name, each);
        }
        return table;
    }

    /** What is left of memory, and how it grows. */
    Table exclusions() {
        Table table = new Table("Ranges of memory, and as many left out of them", "ms", "CPU ms", "ns for each");
        for (int ranges : List.of(1_000, 10_000, 100_000)) {
            String name = EXCLUSION + ranges;
            jmh(table, String.valueOf(ranges), name, number(jmh.millis(name) * MEGA / ranges));
        }
        return table;
    }

    /** The kexec command as a process, from nothing to a plan. */
    Table cold(Map<String, Program.Times> starts) {
        Table table = new Table("A process, the same files", "ms", "user ms", "system ms");
        starts.forEach((what, times) -> start(table, what, times));
        kexec.ifPresent(times -> start(table, "`kexec -l` of kexec-tools but the system call", times));
        return table;
    }

    private static void start(Table table, String what, Program.Times times) {
        table.row(what, number(times.wall()), number(times.user()), number(times.system()));
    }

    /** Three digits that count. */
    private static String number(double value) {
        String format = value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3f";
        return String.format(Locale.ROOT, format, value);
    }
}
