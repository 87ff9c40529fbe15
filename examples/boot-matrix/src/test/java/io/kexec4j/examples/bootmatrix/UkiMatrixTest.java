package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Unified kernel images, as distributions make them: sections added to the stub of systemd. */
@ExtendWith(MatrixExtension.class)
class UkiMatrixTest {
    private static final String OWN = "console=ttyS0 panic=-1 kexec4j.row=own";

    private static KexecScenario scenario(String name) throws IOException, InterruptedException {
        return new KexecScenario(name, Lab.kernel(X86_64, "6.12"), UkiFile.of(Lab.kernel(X86_64, "6.12"), OWN))
                .withoutInitrd();
    }

    private static Matrix.Row row(String path) {
        return new Matrix.Row("x86_64", Lab.release(X86_64, "6.12"), Lab.release(X86_64, "6.12"), "UKI", path, true);
    }

    private static void assertStarted(Console console, String commandLine) throws IOException {
        Boots.assertLoaded(console);
        Boots.assertStarted(console, Lab.kernel(X86_64, "6.12").release(), commandLine);
    }

    @Test
    void linuxStartsItWithWhatIsInIt(Matrix matrix) throws Throwable {
        matrix.row(row("kexec_load"), () -> {
            Console console = scenario("x86_64-uki")
                    .load(KexecScenario.KEXEC + "-c -d -l /k2")
                    .run();

            assertStarted(console, OWN);
            assertThat(E820.ofLinux(console)).isEqualTo(E820.ofPlan(console));
        });
    }

    @Test
    void linuxLoadsItsFiles(Matrix matrix) throws Throwable {
        matrix.row(row("kexec_file_load (-s), --append"), () -> {
            Console console = scenario("x86_64-uki-file")
                    .secondCommandLine("kexec4j.row=append")
                    .load(KexecScenario.KEXEC + "-s -d -l /k2 --append=\"$CMD2\"")
                    .run();

            console.frame("load").get("^kexec: using kexec_file_load: it was asked for");
            console.frame("load").get("^kexec: note: the command line of the UKI is not used");
            assertStarted(console, "console=ttyS0 panic=-1 kexec4j.row=append");
        });
    }
}
