package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Unified kernel images, as distributions make them: sections added to the stub of systemd. */
@ExtendWith(MatrixExtension.class)
class UkiMatrixTest {
    private static final String OWN = "console=ttyS0 panic=-1 kexec4j.row=own";

    /** Has a kernel, its command line, and the initramfs of the second guest. */
    private static Path uki() throws IOException, InterruptedException {
        Path file = Path.of("target", "uki.efi");
        Path osRelease = Files.writeString(Path.of("target", "uki.osrel"), "ID=kexec4j\nVERSION_ID=1\n");
        Path commandLine = Files.writeString(Path.of("target", "uki.cmdline"), OWN + "\n");
        Path stub = Lab.ukiStub();
        // The addresses only have to be apart: systemd's stub lies below all of them.
        Commands.run(
                Lab.tool("objcopy"),
                "--add-section=.osrel=" + osRelease,
                "--change-section-vma=.osrel=0x150000000",
                "--add-section=.cmdline=" + commandLine,
                "--change-section-vma=.cmdline=0x150010000",
                "--add-section=.initrd=" + KexecScenario.secondInitramfs(Map.of()),
                "--change-section-vma=.initrd=0x151000000",
                "--add-section=.linux=" + Lab.kernel("6.12").file(),
                "--change-section-vma=.linux=0x154000000",
                stub,
                file);
        return file;
    }

    private static KexecScenario scenario(String name) throws IOException, InterruptedException {
        return new KexecScenario(name, Lab.kernel("6.12").file(), uki()).withoutInitrd();
    }

    private static Matrix.Row row(String path) {
        return new Matrix.Row("x86_64", Lab.release("6.12"), Lab.release("6.12"), "UKI", path, true);
    }

    private static void assertStarted(Console console, String commandLine) throws IOException {
        Boots.assertLoaded(console);
        Boots.assertStarted(console, Lab.kernel("6.12").release(), commandLine);
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
