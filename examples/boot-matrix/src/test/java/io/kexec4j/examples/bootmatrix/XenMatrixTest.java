package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Xen, a multiboot kernel, which starts Linux from its modules as the first domain. */
@ExtendWith(MatrixExtension.class)
class XenMatrixTest {
    @ParameterizedTest
    @ValueSource(strings = {"multiboot", "multiboot2"})
    void linuxStartsXen(String format, Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row("x86_64", Lab.release(X86_64, "6.12"), "Xen 4.17", format, "kexec_load", true), () -> {
                    Kernel domain = Lab.kernel(X86_64, "6.1-full");
                    Console console = new KexecScenario("x86_64-xen-" + format, Lab.kernel(X86_64, "6.12"), Lab.xen())
                            .firstFile("dom0", domain.file())
                            .load(KexecScenario.KEXEC
                                    + "-c -d -l /k2 -t %s-x86 --append=\"console=com1 com1=115200\" --console-serial"
                                            .formatted(format)
                                    + " --module=\"/dom0 console=hvc0 panic=-1 kexec4j.row=%s\" --module=/rd2"
                                            .formatted(format))
                            .run();

                    Boots.assertLoaded(console);
                    console.get("^kexec4j purgatory: \\d segments match, starting the kernel at 0x");
                    console.get("^\\(XEN\\) Command line: console=com1 com1=115200$");
                    assertThat(console.get("^\\(XEN\\) Bootloader: (.*)$").group(1))
                            .isEqualTo("kexec4j");
                    Boots.assertStarted(console, domain.release(), "console=hvc0 panic=-1 kexec4j.row=" + format);
                    console.get("^HYPERVISOR \\[xen]$");
                });
    }
}
