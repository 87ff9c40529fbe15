package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Loader.KEXEC_JAR;
import static io.kexec4j.examples.bootmatrix.Loader.KEXEC_TOOLS;
import static io.kexec4j.examples.bootmatrix.Machine.ARM64;
import static io.kexec4j.examples.bootmatrix.Machine.PPC64LE;
import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The headers of memory that two loaders write, one after the other in the same running kernel. A table of how they differ is in
 * {@code target/core-headers}.
 */
@ExtendWith(MatrixExtension.class)
class CoreHeadersMatrixTest {
    /** Only kexec-tools saves the first 640 KiB, which a PC's kernel does not need any more. */
    @Test
    void kexecToolsWritesLowMemoryThatWeLend(Matrix matrix) throws Throwable {
        matrix.row(row(X86_64, "6.12", "kexec-tools -c and kexec.jar -c"), () -> {
            CoreComparison comparison = compare(X86_64, "6.12", KEXEC_TOOLS, "-c", KEXEC_JAR, "-c");

            assertThat(comparison.differences()).hasSize(2);
            assertThat(comparison.differences().get(0))
                    .isEqualTo(new CoreComparison.Difference("ELF header", "e_phnum", "0x7", "0x6"));
            CoreComparison.Difference low = comparison.differences().get(1);
            assertThat(low.of()).isEqualTo("PT_LOAD at 0x1000");
            assertThat(low.left()).contains("p_vaddr 0xffff888000001000 p_filesz 0x9ec00 ");
            assertThat(low.right()).isEqualTo("-");
        });
    }

    /** With two CPUs, of which both are there, Linux has no more to describe than we. */
    @ParameterizedTest
    @ValueSource(strings = {"6.1", "6.12"})
    void linuxWritesWhatWeWrite(String series, Matrix matrix) throws Throwable {
        matrix.row(row(X86_64, series, "kexec.jar -c and -s"), () -> {
            CoreComparison comparison = compare(X86_64, series, KEXEC_JAR, "-c", KEXEC_JAR, "-s");

            assertThat(comparison.differences()).isEmpty();
        });
    }

    @Test
    void whatIsCopiedDiffersInThePlaceOfTheCopy(Matrix matrix) throws Throwable {
        matrix.row(row(X86_64, "6.1", "kexec-tools -c and kexec.jar -c --backup-low-memory"), () -> {
            CoreComparison comparison = compare(X86_64, "6.1", KEXEC_TOOLS, "-c", KEXEC_JAR, "-c --backup-low-memory");

            assertThat(comparison.differences())
                    .singleElement()
                    .satisfies(difference -> assertThat(difference.of()).isEqualTo("PT_LOAD at 0x1000"));
        });
    }

    @Test
    void kexecToolsOnArm64(Matrix matrix) throws Throwable {
        matrix.row(row(ARM64, "6.12", "kexec-tools -c and kexec.jar -c"), () -> {
            CoreComparison comparison = compare(ARM64, "6.12", KEXEC_TOOLS, "-c", KEXEC_JAR, "-c");

            assertThat(comparison.differences()).isEmpty();
        });
    }

    /** The copy of the first 64 KiB has its place, and of RTAS we write what Linux itself does: not all of its last page. */
    @Test
    void kexecToolsOnPpc64le(Matrix matrix) throws Throwable {
        matrix.row(row(PPC64LE, "6.12", "kexec-tools -c and kexec.jar -c"), () -> {
            CoreComparison comparison = compare(PPC64LE, "6.12", KEXEC_TOOLS, "-c", KEXEC_JAR, "-c");

            assertThat(comparison.differences())
                    .extracting(difference -> difference.of() + ", " + difference.field())
                    .containsExactly(
                            "PT_LOAD at 0x0, p_offset",
                            "PT_LOAD at 0x2ffff000, p_filesz",
                            "PT_LOAD at 0x2ffff000, p_memsz",
                            "Program headers of both, order");
        });
    }

    private static Matrix.Row row(Machine machine, String series, String loaders) {
        return new Matrix.Row(
                machine.architecture().linuxName(),
                Lab.release(machine, series),
                "headers compared, not started",
                "ELF core header",
                "crash, " + loaders,
                true);
    }

    /**
     * Loads with one, unloads, loads with the other. On x86_64 the addresses are those of every boot. On arm64 they cannot be: there
     * kexec-tools does not load if the running kernel has not used its seed.
     */
    private static CoreComparison compare(
            Machine machine, String series, Loader left, String leftOption, Loader right, String rightOption)
            throws IOException, InterruptedException {
        String name =
                "headers-%s-%s-%s%s-%s%s".formatted(machine.folder(), series, left, leftOption, right, rightOption);
        CrashScenario scenario = new CrashScenario(name, Lab.kernel(machine, series), left, leftOption);
        right.addTo(scenario.scenario(), Lab.crashRoot(machine));
        CrashRegion region = new CrashRegion(name);
        List<CoreHead> heads = new ArrayList<>();
        CrashScenario.Pause look = (monitor, soFar) -> heads.add(region.elfcorehdr(monitor, soFar));
        scenario.machine("-smp", "2");
        scenario.scenario()
                .firstCommandLine(machine.equals(X86_64) ? "nokaslr" : "")
                .load(String.join(
                        " && ",
                        CrashScenario.load(left, leftOption),
                        scenario.pause("left", look),
                        left.command() + leftOption + " -p -u",
                        CrashScenario.load(right, rightOption),
                        scenario.pause("right", look)))
                .exec("poweroff -f");
        Dumps.assertLoaded(scenario.run());
        CoreComparison comparison =
                CoreComparison.of(left + " " + leftOption, heads.get(0), right + " " + rightOption, heads.get(1));
        Path folder = Files.createDirectories(Path.of("target", "core-headers"));
        Files.writeString(folder.resolve(name + ".md"), comparison.toString());
        return comparison;
    }
}
