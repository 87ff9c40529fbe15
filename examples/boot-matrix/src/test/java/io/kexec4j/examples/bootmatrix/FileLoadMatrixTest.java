package io.kexec4j.examples.bootmatrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** kexec_file_load, wanted and chosen: files where they lie and in memory, with kernels that know less, and under lockdown. */
@ExtendWith(MatrixExtension.class)
class FileLoadMatrixTest {
    @ParameterizedTest(name = "{0} starts 6.12 by {1} from {2}")
    @CsvSource({
        "6.12, KEXEC_FILE_LOAD, disk,   kexec_file_load, it was asked for",
        "6.12, KEXEC_FILE_LOAD, memory, kexec_file_load, it was asked for",
        "6.1,  KEXEC_FILE_LOAD, memory, kexec_file_load, it was asked for",
        "6.12, AUTO,            disk,   kexec_load,      nothing forbids it"
    })
    void linuxStartsLinux(String first, String mode, String place, String call, String reason, Matrix matrix)
            throws Throwable {
        String path = "%s (%s, %s)".formatted(call, mode, place);
        matrix.row(new Matrix.Row("x86_64", Lab.release(first), Lab.release("6.12"), "bzImage", path, true), () -> {
            Kernel second = Lab.kernel("6.12");
            Console console = scenario(first, mode, place, "quiet").run();

            console.get("^@load\\| using " + call + ": " + reason);
            console.get("^@load\\| loaded: true$");
            console.get("^@load\\| loaded after unload: false$");
            console.get("^@load\\| called: " + call + "$");
            if (first.equals("6.1")) {
                console.get("^@load\\| note: KEXEC_FILE_DEBUG is left out");
            }
            console.get("^@load-status 0$");
            console.get("^@kexec-loaded 1$");
            assertThat(console.get("^SECOND-KERNEL-OK (.*)$").group(1)).isEqualTo(second.release());
            assertThat(console.get("^CMDLINE \\[(.*)]$").group(1))
                    .isEqualTo("console=ttyS0 panic=-1 kexec4j.row=" + place);
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
        String path = "kexec_file_load (AUTO), lockdown=%s, securityfs %s".formatted(lockdown, securityfs);
        matrix.row(
                new Matrix.Row("x86_64", Lab.release("6.12"), "not trusted, not started", "bzImage", path, true),
                () -> {
                    Console console = scenario("6.12", "AUTO", securityfs, "lockdown=" + lockdown)
                            .run();

                    console.get("^@load\\| using kexec_file_load: " + reason);
                    console.get(
                            "^@load\\| refused: loading a normal kernel \\(kexec_file_load\\) was refused with EPERM: "
                                    + meaning + " a signature that this kernel trusts");
                    console.get("^@load\\| unloaded$"); // by kexec_file_load, as kexec_load would have been refused
                    console.get("^@load-status 1$");
                    assertThat(console.text().contains("using kexec_load:")).isEqualTo(securityfs.equals("missing"));
                });
    }

    private static KexecScenario scenario(String first, String mode, String place, String more) throws IOException {
        String mount = place.equals("mounted") ? "mount -t securityfs none /sys/kernel/security; " : "";
        return new KexecScenario(
                        "x86_64-file-%s-%s-%s".formatted(first, mode, place),
                        Lab.kernel(first).file(),
                        Lab.kernel("6.12").file())
                .firstCommandLine(more)
                .secondCommandLine("kexec4j.row=" + place)
                .program(FileLoad.class)
                .load(mount + "$JAVA -cp /app/kexec.jar:/app/classes " + FileLoad.class.getName()
                        + " /k2 /rd2 \"$CMD2\" " + mode + " " + place);
    }
}
