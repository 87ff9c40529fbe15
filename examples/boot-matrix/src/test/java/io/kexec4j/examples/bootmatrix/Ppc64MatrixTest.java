package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.POWERNV;
import static io.kexec4j.examples.bootmatrix.Machine.PPC64LE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux for Power that starts Linux. The kernel 6.1 has pages of 64 KiB, 6.12 has pages of 4 KiB. */
@ExtendWith(MatrixExtension.class)
class Ppc64MatrixTest {
    private static final String LOAD = "-d -l /k2 --initrd=/rd2 --append=\"$CMD2\"";

    @ParameterizedTest(name = "{0} starts {1}")
    @CsvSource({"6.1, 6.12", "6.12, 6.12", "6.12, 6.1"})
    void linuxStartsLinux(String first, String second, Matrix matrix) throws Throwable {
        matrix.row(row(first, second, "ELF vmlinux", "kexec_load", true), () -> {
            Kernel kernel = Lab.kernel(PPC64LE, second);
            String row = "kexec4j.row=" + first + "-" + second;
            Console console = scenario(first + "-to-" + second, Lab.kernel(PPC64LE, first), kernel.file())
                    .secondCommandLine(row)
                    .run();

            assertStarted(console, kernel, row);
            console.get("^PROCESSORS \\[0]$");
        });
    }

    /** Beside the purgatory, the second processor waits in the old kernel, and then where the new one calls it. */
    @Test
    void bothProcessorsComeToTheSecondKernel(Matrix matrix) throws Throwable {
        matrix.row(row("6.12", "6.12", "ELF vmlinux", "kexec_load, two CPUs, SLOF", true), () -> {
            Kernel kernel = Lab.kernel(PPC64LE, "6.12");
            Console console = scenario("smp", kernel, kernel.file())
                    .machine(Machine.SLOF)
                    .machine(List.of("-smp", "2"))
                    .secondCommandLine("kexec4j.row=smp")
                    .run();

            assertStarted(console, kernel, "kexec4j.row=smp");
            console.get("^PROCESSORS \\[0-1]$");
        });
    }

    /**
     * There is no Linux of Debian's for big-endian machines: the tiny kernel stands for one. Linux sends the other processors on in
     * big-endian mode, whatever its own (kexec_wait, arch/powerpc/kernel/misc_64.S).
     */
    @Test
    void linuxStartsAKernelOfTheOtherByteOrder(Matrix matrix) throws Throwable {
        Matrix.Row row = new Matrix.Row(
                PPC64LE.architecture().linuxName(),
                Lab.release(PPC64LE, "6.12"),
                "kexec4j tiny, big-endian",
                "ELF vmlinux",
                "kexec_load, two CPUs",
                true);
        matrix.row(row, () -> {
            Console console = scenario(
                            "to-big-endian", Lab.kernel(PPC64LE, "6.12"), Lab.tinyPpc64(ByteOrder.BIG_ENDIAN))
                    .machine(List.of("-smp", "2"))
                    .secondCommandLine("kexec4j.row=big-endian")
                    .run();

            Boots.assertLoaded(console);
            assertThat(console.get("(\\{\"kernel\".*)").group(1))
                    .contains("\"architecture\": \"ppc64\"", "\"entered\": \"big-endian\"", "\"head_at_0\": true")
                    .contains("\"secondaries\": {\"big_endian\": [1], \"little_endian\": []}")
                    .contains("\"bootargs\": \"%s kexec4j.row=big-endian\"".formatted(PPC64LE.commandLine()))
                    .contains("\"sha256\": \"");
            console.get("^KEXEC4J-TINY-KERNEL-DONE$");
        });
    }

    /** Without a hypervisor, under OPAL: processors come in by another way, and other memory is the firmware's. */
    @Test
    void linuxStartsLinuxWithoutAHypervisor(Matrix matrix) throws Throwable {
        matrix.row(row("6.12", "6.12", "ELF vmlinux", "kexec_load, two CPUs, OPAL", true), () -> {
            Kernel kernel = Lab.kernel(POWERNV, "6.12");
            Console console = scenario("powernv", kernel, kernel.file())
                    .memory(2048)
                    .machine(List.of("-smp", "2"))
                    .secondCommandLine("kexec4j.row=powernv")
                    .run();

            assertStarted(console, kernel, "kexec4j.row=powernv");
            console.get("^PROCESSORS \\[0-1]$");
        });
    }

    /** Debian's kernels are built without CONFIG_KEXEC_FILE, and none would take a compressed one. */
    @Test
    void theImageIsBuiltHereWhereTheKernelLoadsNoFiles(Matrix matrix) throws Throwable {
        matrix.row(row("6.12", "6.12", "ELF vmlinux, gzip", "kexec_load (-a)", true), () -> {
            Kernel kernel = Lab.kernel(PPC64LE, "6.12");
            Console console = scenario("auto", kernel, gzipped(kernel))
                    .secondCommandLine("kexec4j.row=auto")
                    .load("%1$s -s %2$s; echo \"file status $?\"; %1$s -a %2$s".formatted(KexecScenario.KEXEC, LOAD))
                    .run();

            Console load = console.frame("load");
            load.get("^kexec: loading a normal kernel \\(kexec_file_load\\) was refused with ENOSYS: ");
            load.get("^file status 1$");
            load.get("^kexec: using kexec_load: nothing forbids it");
            assertStarted(console, kernel, "kexec4j.row=auto");
        });
    }

    @Test
    void aKernelWithoutInitrdComesToMissIt(Matrix matrix) throws Throwable {
        matrix.row(row("6.12", "6.12", "ELF vmlinux", "kexec_load", false), () -> {
            Kernel kernel = Lab.kernel(PPC64LE, "6.12");
            Console console = scenario("no-initrd", kernel, kernel.file())
                    .withoutInitrd()
                    .secondCommandLine("kexec4j.row=no-initrd")
                    .run();

            Boots.assertLoaded(console);
            Console second = behindTheStart(console);
            second.get("] Linux version " + Pattern.quote(kernel.release()) + " ");
            second.get("] Kernel command line: " + PPC64LE.commandLine() + " kexec4j.row=no-initrd$");
            second.get("] Kernel panic - not syncing: VFS: Unable to mount root fs ");
        });
    }

    /** A tree that was edited is handed over, and completed by what the running kernel tells. */
    @Test
    void aDeviceTreeMayBeGiven(Matrix matrix) throws Throwable {
        matrix.row(row("6.12", "6.12", "ELF vmlinux", "kexec_load, --dtb", true), () -> {
            Kernel kernel = Lab.kernel(PPC64LE, "6.12");
            String edit = "$JAVA -cp /app/kexec.jar:/app/classes %s /sys/firmware/fdt /tmp/edited.dtb edited"
                    .formatted(EditedTree.class.getName());
            Console console = scenario("dtb", kernel, kernel.file())
                    .program(EditedTree.class)
                    .secondCommandLine("kexec4j.row=dtb")
                    .load(edit + " && " + KexecScenario.KEXEC + "-c " + LOAD + " --dtb=/tmp/edited.dtb")
                    .run();

            assertStarted(console, kernel, "kexec4j.row=dtb");
            assertThat(Chosen.of(console).text(EditedTree.PROPERTY)).isEqualTo("edited");
        });
    }

    private static KexecScenario scenario(String name, Kernel first, Path second) {
        return new KexecScenario("ppc64le-" + name, first, second);
    }

    private static Matrix.Row row(String first, String second, String format, String path, boolean initrd) {
        return new Matrix.Row(
                PPC64LE.architecture().linuxName(),
                Lab.release(PPC64LE, first),
                Lab.release(PPC64LE, second),
                format,
                path,
                initrd);
    }

    private static Path gzipped(Kernel kernel) throws IOException {
        Path file = Path.of("target", "vmlinux-" + kernel.release() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            Files.copy(kernel.file(), out);
        }
        return file;
    }

    /** It was handed everything, and has used it. */
    private static void assertStarted(Console console, Kernel kernel, String row) {
        String commandLine = kernel.machine().commandLine() + " " + row;
        Boots.assertLoaded(console);
        Boots.assertStarted(console, kernel.release(), commandLine);
        Chosen chosen = Chosen.of(console);
        assertThat(chosen.text("bootargs")).isEqualTo(commandLine);
        assertThat(chosen.names()).contains("linux,booted-from-kexec");
        assertInitrdIsThatOfThePlan(console, chosen);
        assertThat(memory(console.frame("iomem")))
                .as("the second kernel has all memory of the first")
                .isNotEmpty()
                .isEqualTo(memory(console.frame("first-iomem")));
    }

    private static void assertInitrdIsThatOfThePlan(Console console, Chosen chosen) {
        long start = chosen.number("linux,initrd-start");
        long size = chosen.number("linux,initrd-end") - start;
        console.frame("load")
                .get("^segment\\[\\d]\\.bufsz = 0x%x\nsegment\\[\\d]\\.mem   = 0x%x$".formatted(size, start));
    }

    /** What the second kernel prints. */
    private static Console behindTheStart(Console console) {
        List<Console.Line> lines = console.lines();
        int start = lines.stream().map(Console.Line::text).toList().indexOf("@exec");
        return new Console(lines.subList(start + 1, lines.size()));
    }

    private static List<String> memory(Console iomem) {
        return iomem.all("^([0-9a-f]+-[0-9a-f]+) : System RAM$")
                .map(MatchResult::group)
                .toList();
    }
}
