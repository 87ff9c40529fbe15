package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.ARM64;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Linux for arm64, which starts Linux in every form that it comes in. */
@ExtendWith(MatrixExtension.class)
class Arm64MatrixTest {
    private static final String LOAD = "-d -l /k2 --initrd=/rd2 --append=\"$CMD2\"";

    /** Which zstd-jni wants, though it is empty in today's C library. */
    private static final String LIBRARY = "libpthread.so.0";

    @ParameterizedTest(name = "{0} starts {1}")
    @CsvSource({"6.1, 6.12", "6.12, 6.12", "6.12, 6.1"})
    void linuxStartsLinux(String first, String second, Matrix matrix) throws Throwable {
        matrix.row(row(first, Lab.release(ARM64, second), "Image", "kexec_load", true), () -> {
            Kernel kernel = Lab.kernel(ARM64, second);
            Console console = scenario(first + "-to-" + second, Lab.kernel(ARM64, first), kernel.file())
                    .secondCommandLine("kexec4j.row=" + first + "-" + second)
                    .run();

            assertStarted(console, kernel, "kexec4j.row=" + first + "-" + second);
        });
    }

    /** What the file of a kernel can be besides an Image. */
    private enum Form {
        ZBOOT_GZIP("EFI zboot, gzip") {
            @Override
            Path make(Kernel kernel) throws IOException {
                return Arm64Files.gzipZboot(kernel);
            }
        },
        ZBOOT_ZSTD("EFI zboot, zstd22") {
            @Override
            Path make(Kernel kernel) throws IOException {
                return Arm64Files.zstdZboot(kernel);
            }
        },
        VMLINUX("ELF vmlinux") {
            @Override
            Path make(Kernel kernel) throws IOException {
                return Arm64Files.vmlinux(kernel);
            }
        };

        private final String format;

        Form(String format) {
            this.format = format;
        }

        abstract Path make(Kernel kernel) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Form.class)
    void linuxStartsOtherForms(Form form, Matrix matrix) throws Throwable {
        matrix.row(row("6.12", Lab.release(ARM64, "6.12"), form.format, "kexec_load", true), () -> {
            Kernel kernel = Lab.kernel(ARM64, "6.12");
            Root root = Lab.root(ARM64);
            Path library = root.library(LIBRARY);
            Console console = scenario(form.format.replaceAll("[^a-zA-Z0-9]+", "-"), kernel, form.make(kernel))
                    .firstFile(root.inGuest(library), library)
                    .secondCommandLine("kexec4j.row=form")
                    .run();

            assertStarted(console, kernel, "kexec4j.row=form");
        });
    }

    @Test
    void linuxStartsAUkiWithWhatIsInIt(Matrix matrix) throws Throwable {
        matrix.row(row("6.12", Lab.release(ARM64, "6.12"), "UKI", "kexec_load", true), () -> {
            Kernel kernel = Lab.kernel(ARM64, "6.12");
            Path uki = UkiFile.of(kernel, ARM64.commandLine() + " kexec4j.row=own");
            Console console = scenario("uki", kernel, uki)
                    .withoutInitrd()
                    .load(KexecScenario.KEXEC + "-c -d -l /k2")
                    .run();

            assertStarted(console, kernel, "kexec4j.row=own");
        });
    }

    /** Debian's kernels are built without CONFIG_KEXEC_FILE, and none would take a compressed one. */
    @Test
    void theImageIsBuiltHereWhereTheKernelLoadsNoFiles(Matrix matrix) throws Throwable {
        matrix.row(row("6.12", Lab.release(ARM64, "6.12"), "Image, gzip", "kexec_load (-a)", true), () -> {
            Kernel kernel = Lab.kernel(ARM64, "6.12");
            Console console = scenario("auto", kernel, Arm64Files.gzipped(kernel))
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

    /**
     * With nokaslr, Linux leaves the random number in its device tree that it was to be placed by. kexec-tools takes that for a
     * mistake and refuses.
     */
    @Test
    void aKernelWithoutInitrdComesToMissIt(Matrix matrix) throws Throwable {
        matrix.row(row("6.12", Lab.release(ARM64, "6.12"), "Image", "kexec_load, nokaslr", false), () -> {
            Kernel kernel = Lab.kernel(ARM64, "6.12");
            Console console = scenario("no-initrd", kernel, kernel.file())
                    .withoutInitrd()
                    .firstCommandLine("nokaslr")
                    .secondCommandLine("kexec4j.row=no-initrd")
                    .run();

            Boots.assertLoaded(console);
            console.get("] KASLR disabled on command line$");
            Console second = behindTheStart(console);
            second.get("] Linux version " + Pattern.quote(kernel.release()) + " ");
            second.get("] Kernel command line: " + ARM64.commandLine() + " kexec4j.row=no-initrd$");
            second.get("] KASLR enabled$");
            second.get("] Kernel panic - not syncing: VFS: Unable to mount root fs ");
        });
    }

    private static KexecScenario scenario(String name, Kernel first, Path second) {
        // Switching page tables at every page fault costs an emulated machine a fifth of its time.
        return new KexecScenario("arm64-" + name, first, second).firstCommandLine("mitigations=off");
    }

    private static Matrix.Row row(String first, String second, String format, String path, boolean initrd) {
        return new Matrix.Row(
                ARM64.architecture().linuxName(), Lab.release(ARM64, first), second, format, path, initrd);
    }

    /** It was handed everything, and has used it. */
    private static void assertStarted(Console console, Kernel kernel, String row) {
        String commandLine = ARM64.commandLine() + " " + row;
        Boots.assertLoaded(console);
        Boots.assertStarted(console, kernel.release(), commandLine);
        Chosen chosen = Chosen.of(console);
        assertThat(chosen.text("bootargs")).isEqualTo(commandLine);
        assertThat(chosen.names()).contains("linux,booted-from-kexec");
        assertInitrdIsThatOfThePlan(console, chosen);
        assertThat(chosen.number("kaslr-seed"))
                .as("Linux wipes the seed that it has used")
                .isZero();
        assertThat(chosen.names()).as("Linux removes it once it is used").doesNotContain("rng-seed");
        Console second = behindTheStart(console);
        second.get("] KASLR enabled$");
        second.get("^\\[    0\\.000000] random: crng init done$");
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
