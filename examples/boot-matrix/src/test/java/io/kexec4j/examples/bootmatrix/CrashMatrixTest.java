package io.kexec4j.examples.bootmatrix;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux that crashes, and another Linux that finds all of its memory. */
@ExtendWith(MatrixExtension.class)
class CrashMatrixTest {
    @ParameterizedTest(name = "{0} {1}, {2} {3}")
    @CsvSource({
        "X86_64, 6.1,  KEXEC_TOOLS, -c",
        "X86_64, 6.12, KEXEC_TOOLS, -c",
        "X86_64, 6.12, KEXEC_TOOLS, -s",
        "ARM64,  6.12, KEXEC_TOOLS, -c",
        "ARM64,  6.1, KEXEC_TOOLS, -c",
    })
    void theMemoryOfACrashedKernelIsThere(
            String machineName, String series, Loader loader, String options, Matrix matrix) throws Throwable {
        Machine machine = machineName.equals("ARM64") ? Machine.ARM64 : Machine.X86_64;
        Kernel kernel = Lab.kernel(machine, series);
        Path copy = Path.of("target", "vmcore-" + machine.folder());
        CrashScenario s = new CrashScenario(
                "crash-" + machine.folder() + "-" + series + "-" + loader + options, kernel, loader, options);
        if (series.equals("6.12")) s.copy(copy);
        Console console = s.run();
        System.out.println(CrashScenario.head(console));
        System.out.println(CrashScenario.head(console).vmcoreinfo());
    }
}
