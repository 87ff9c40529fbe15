package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Loader.KEXEC_JAR;
import static io.kexec4j.examples.bootmatrix.Loader.KEXEC_TOOLS;
import static io.kexec4j.examples.bootmatrix.Machine.ARM64;
import static io.kexec4j.examples.bootmatrix.Machine.PPC64LE;
import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.elf.ProgramHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Linux that crashes, and another Linux that finds all of its memory. */
@ExtendWith(MatrixExtension.class)
class CrashMatrixTest {
    /**
     * A row.
     *
     * @param series of the kernel that crashes and of the one behind it
     * @param option that says by which system call the loader loads
     */
    private record Crash(Machine machine, String series, Loader loader, String option) {
        /** One row of each loader and architecture has two processors, and its dump is copied out and opened here. */
        boolean isCopied() {
            return series.equals("6.12") && option.equals("-c");
        }

        Matrix.Row row() {
            String release = Lab.release(machine, series);
            return new Matrix.Row(
                    machine.architecture().linuxName(),
                    release,
                    release,
                    machine.format(),
                    "crash, " + systemCall() + ", " + loader,
                    true);
        }

        private String systemCall() {
            return option.equals("-s") ? "kexec_file_load" : "kexec_load" + option.substring("-c".length());
        }

        @Override
        public String toString() {
            return "%s-%s-%s%s".formatted(machine.folder(), series, loader, option.replace(" --", "-"));
        }
    }

    private static Stream<Crash> crashes() {
        return Stream.of(
                new Crash(X86_64, "6.1", KEXEC_TOOLS, "-c"),
                new Crash(X86_64, "6.12", KEXEC_TOOLS, "-c"),
                new Crash(X86_64, "6.12", KEXEC_TOOLS, "-s"),
                // None of 6.1: without the symbol _text, kexec-tools writes a header that makes /proc/vmcore
                // unreadable.
                new Crash(ARM64, "6.12", KEXEC_TOOLS, "-c"),
                new Crash(PPC64LE, "6.1", KEXEC_TOOLS, "-c"),
                new Crash(PPC64LE, "6.12", KEXEC_TOOLS, "-c"),
                new Crash(X86_64, "6.1", KEXEC_JAR, "-c"),
                new Crash(X86_64, "6.1", KEXEC_JAR, "-s"),
                new Crash(X86_64, "6.12", KEXEC_JAR, "-c"),
                new Crash(X86_64, "6.12", KEXEC_JAR, "-c --backup-low-memory --pass-memmap-cmdline"),
                new Crash(X86_64, "6.12", KEXEC_JAR, "-s"),
                new Crash(ARM64, "6.1", KEXEC_JAR, "-c"),
                new Crash(ARM64, "6.12", KEXEC_JAR, "-c"),
                new Crash(PPC64LE, "6.1", KEXEC_JAR, "-c"),
                new Crash(PPC64LE, "6.12", KEXEC_JAR, "-c"));
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void theMemoryOfACrashedKernelIsThere(Crash crash, Matrix matrix) throws Throwable {
        matrix.row(crash.row(), () -> {
            Kernel kernel = Lab.kernel(crash.machine, crash.series);
            CrashScenario scenario = new CrashScenario("crash-" + crash, kernel, crash.loader, crash.option);
            CrashRegion region = new CrashRegion("crash-" + crash);
            List<CoreHead> loaded = new ArrayList<>();
            scenario.scenario()
                    .secondCommandLine("kexec4j.row=crash")
                    .load(CrashScenario.load(crash.loader, crash.option)
                            + " && "
                            + scenario.pause(
                                    "loaded", (monitor, soFar) -> loaded.add(region.elfcorehdr(monitor, soFar))));
            Path copy = Path.of("target", "vmcore-" + crash);
            if (crash.isCopied()) {
                scenario.copy(copy).machine("-smp", "2");
            }
            Console console = scenario.run();

            Dumps.assertLoaded(console);
            Dumps.assertCaptured(console, kernel, crash.isCopied() ? 2 : 1);
            assertThat(CrashScenario.head(console).memory())
                    .as("program headers of /proc/vmcore")
                    .usingElementComparator(CrashMatrixTest::compareMemory)
                    .isEqualTo(loaded.get(0).memory());
            assertThat(console.get("^CMDLINE \\[(.*)]$").group(1))
                    .contains(crash.machine.commandLine() + " nr_cpus=1 irqpoll reset_devices kexec4j.row=crash");
            assertMakedumpfile(console);
            if (crash.isCopied()) {
                Dumps.assertGdbReadsIt(console, copy, kernel);
                // A large file; after a failure it is still there.
                Files.delete(copy);
            }
        });
    }

    /** Status, unloading and the size of the region, by the exit codes that scripts look at. */
    @ParameterizedTest
    @EnumSource
    void whatIsLoadedIsToldAndUnloaded(Loader loader, Matrix matrix) throws Throwable {
        String release = Lab.release(X86_64, "6.12");
        matrix.row(
                new Matrix.Row(
                        "x86_64", release, "unloaded, not started", "bzImage", "crash, kexec_load, " + loader, true),
                () -> {
                    CrashScenario scenario =
                            new CrashScenario("crash-status-" + loader, Lab.kernel(X86_64, "6.12"), loader, "-c");
                    String status = loader.command() + "-S; echo status $?";
                    scenario.scenario()
                            .load(String.join(
                                    "; ",
                                    "echo size $(" + loader.command() + "--print-ckr-size)",
                                    status,
                                    CrashScenario.load(loader, "-c") + " || exit 2",
                                    status,
                                    "if " + CrashScenario.load(loader, "-c --mem-max=0x100000") + "; then exit 3; fi",
                                    status,
                                    loader.command() + "-c -p -u || exit 2",
                                    status,
                                    loader.command() + "-c -p -u"))
                            .exec("poweroff -f");
                    Console console = scenario.run();

                    console.get("^@load-status 0$");
                    console.get("^@crash-loaded 0$");
                    console.frame("load").get("^size " + (256 << 20) + "$");
                    assertThat(console.frame("load").all("^status (.*)$").map(line -> line.group(1)))
                            .as("empty, loaded, still loaded after a load that cannot be, unloaded")
                            .containsExactly("0", "1", "1", "0");
                });
    }

    /** All but where the content is: that is for the kernel to decide that makes the file. */
    private static int compareMemory(ProgramHeader one, ProgramHeader other) {
        return Comparator.comparing(ProgramHeader::physicalAddress)
                .thenComparing(ProgramHeader::virtualAddress)
                .thenComparing(ProgramHeader::memorySize)
                .thenComparing(ProgramHeader::flags)
                .compare(one, other);
    }

    /** makedumpfile knows Linux for arm64 with virtual addresses of 48 bits, but not with 4 KiB pages and addresses of 52. */
    private static void assertMakedumpfile(Console console) throws IOException {
        if ("52".equals(CrashScenario.head(console).vmcoreinfo().get("NUMBER(VA_BITS)"))) {
            console.frame("makedumpfile").get("PAGE SIZE 0x1000 and VA Bits 52 not supported");
        } else {
            Dumps.assertMakedumpfileReadsIt(console);
        }
    }
}
