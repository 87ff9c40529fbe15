package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.PPC64LE;

import java.io.IOException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linux for Power that starts Linux. */
@ExtendWith(MatrixExtension.class)
class Ppc64MatrixTest {
    static final Loader LOADER = Loader.KEXEC_TOOLS;

    @ParameterizedTest(name = "{0} starts {1}")
    @CsvSource({"6.1, 6.12", "6.12, 6.12", "6.12, 6.1"})
    void linuxStartsLinux(String first, String second, Matrix matrix) throws Throwable {
        matrix.row(row(first, Lab.release(PPC64LE, second), "ELF vmlinux", "kexec_load", true), () -> {
            Kernel kernel = Lab.kernel(PPC64LE, second);
            KexecScenario scenario = new KexecScenario(
                            "kt-ppc64le-" + first + "-" + second, Lab.kernel(PPC64LE, first), kernel.file())
                    .secondCommandLine("kexec4j.row=" + first + "-" + second);
            Root root = Lab.crashRoot(PPC64LE);
            scenario.root(root);
            LOADER.addTo(scenario, root);
            scenario.load(
                            "find /proc/device-tree/ -maxdepth 2; for i in /proc/device-tree/chosen/linux* /proc/device-tree/memory*/*; do echo $i; hexdump -C $i; done; "
                                    + LOADER.command() + "-c -d -l /k2 --initrd=/rd2 --append=\"$CMD2\"")
                    .exec(LOADER.command() + "-e");
            Console console = scenario.run();

            Boots.assertLoaded(console);
            Boots.assertStarted(
                    console, kernel.release(), PPC64LE.commandLine() + " kexec4j.row=" + first + "-" + second + " ");
        });
    }

    private static Matrix.Row row(String first, String second, String format, String path, boolean initrd)
            throws IOException {
        return new Matrix.Row(
                PPC64LE.architecture().linuxName(), Lab.release(PPC64LE, first), second, format, path, initrd);
    }
}
