package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** kexec_file_load, wanted and chosen: files where they lie and in memory, with kernels that know less, and under lockdown. */
@ExtendWith(MatrixExtension.class)
class FileLoadMatrixTest {
    private static final String LOAD = "-d -l /k2 --initrd=/rd2 --append=\"$CMD2\"";

    @Test
    void filesAreLoadedWhereTheyLie(Matrix matrix) throws Throwable {
        matrix.row(row("6.12", "kexec_file_load (-s)"), () -> {
            // Twice: what is loaded can be unloaded by the same call.
            Console console = scenario("6.12", "file")
                    .load("%1$s -s %2$s && %1$s -u && echo \"unloaded $(cat /sys/kernel/kexec_loaded)\" && %1$s -s %2$s"
                            .formatted(KexecScenario.KEXEC, LOAD))
                    .run();

            assertThat(console.frame("load")
                            .all("^kexec: using kexec_file_load: it was asked for")
                            .count())
                    .isEqualTo(2);
            console.frame("load").get("^unloaded 0$");
            assertStarted(console, "file");
        });
    }

    /** Several initrds are one for the kernel, which has to be made in memory. Kernel 6.1 does not know what -d asks for. */
    @Test
    void filesInMemoryAreLoadedByAnOlderKernel(Matrix matrix) throws Throwable {
        matrix.row(row("6.1", "kexec_file_load (-s), two initrds"), () -> {
            Path more = Path.of("target", "more.cpio");
            new Initramfs().executable("etc/more", "by the second initrd").write(more);
            Console console = scenario("6.1", "file-initrds")
                    .firstFile("rd3", more)
                    .load(KexecScenario.KEXEC + "-s " + LOAD + " --initrd=/rd3")
                    .run();

            console.frame("load").get("^kexec: using kexec_file_load: it was asked for");
            console.frame("load").get("^kexec: note: KEXEC_FILE_DEBUG is left out");
            assertStarted(console, "file-initrds");
            console.get("^MORE \\[by the second initrd]$");
        });
    }

    @Test
    void theImageIsBuiltHereIfNothingForbidsIt(Matrix matrix) throws Throwable {
        matrix.row(row("6.12", "kexec_load (-a)"), () -> {
            Console console = scenario("6.12", "file-auto")
                    .load(KexecScenario.KEXEC + LOAD)
                    .run();

            console.frame("load").get("^kexec: using kexec_load: nothing forbids it");
            assertStarted(console, "file-auto");
        });
    }

    /** Debian's kernels are signed, but trust their signer only if the firmware does. */
    @ParameterizedTest(name = "{0}, securityfs {1}")
    @CsvSource({
        "integrity,       mounted, kernel lockdown \\(integrity\\) forbids kexec_load, kernel lockdown \\(integrity\\) demands",
        "confidentiality, missing, kernel lockdown forbids kexec_load,                 kernel lockdown demands"
    })
    void lockdownLeavesOnlyFilesAndRefusesThoseOfAStranger(
            String lockdown, String securityfs, String reason, String meaning, Matrix matrix) throws Throwable {
        String path = "kexec_file_load (-a), lockdown=%s, securityfs %s".formatted(lockdown, securityfs);
        matrix.row(
                new Matrix.Row(
                        "x86_64", Lab.release(X86_64, "6.12"), "not trusted, not started", "bzImage", path, true),
                () -> {
                    String mount =
                            securityfs.equals("mounted") ? "mount -t securityfs none /sys/kernel/security; " : "";
                    Console console = scenario("6.12", "file-" + lockdown)
                            .firstCommandLine("lockdown=" + lockdown)
                            .load(mount
                                    + "%1$s %2$s; status=$?; %1$s -u; echo \"unload status $?\"; exit $status"
                                            .formatted(KexecScenario.KEXEC, LOAD))
                            .run();

                    Console load = console.frame("load");
                    load.get("^kexec: using kexec_file_load: " + reason);
                    load.get("^kexec: loading a normal kernel \\(kexec_file_load\\) was refused with EPERM: " + meaning
                            + " a signature that this kernel trusts");
                    load.get("^unload status 0$"); // by kexec_file_load, as kexec_load would have been refused
                    console.get("^@load-status 1$");
                    assertThat(load.find("using kexec_load:").isPresent()).isEqualTo(securityfs.equals("missing"));
                });
    }

    private static Matrix.Row row(String first, String path) {
        return new Matrix.Row("x86_64", Lab.release(X86_64, first), Lab.release(X86_64, "6.12"), "bzImage", path, true);
    }

    private static KexecScenario scenario(String first, String name) throws IOException {
        return new KexecScenario(
                        "x86_64-" + name,
                        Lab.kernel(X86_64, first),
                        Lab.kernel(X86_64, "6.12").file())
                .secondCommandLine("kexec4j.row=" + name);
    }

    private static void assertStarted(Console console, String name) throws IOException {
        Boots.assertLoaded(console);
        Boots.assertStarted(
                console, Lab.kernel(X86_64, "6.12").release(), "console=ttyS0 panic=-1 kexec4j.row=" + name);
    }
}
