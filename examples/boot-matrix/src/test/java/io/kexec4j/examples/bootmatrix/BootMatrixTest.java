package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A row of the boot matrix is a test that asks for the {@link Matrix} and runs inside {@link Matrix#row}. */
@ExtendWith(MatrixExtension.class)
class BootMatrixTest {
    @ParameterizedTest(name = "{0} starts {1}")
    @CsvSource({"6.1, 6.12", "6.12, 6.12", "6.12, 6.1"})
    void linuxStartsLinux(String first, String second, Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row(
                        "x86_64",
                        Lab.release(X86_64, first),
                        Lab.release(X86_64, second),
                        "bzImage",
                        "kexec_load",
                        true),
                () -> {
                    Kernel secondKernel = Lab.kernel(X86_64, second);
                    Console console = new KexecScenario(
                                    "x86_64-" + first + "-to-" + second, Lab.kernel(X86_64, first), secondKernel.file())
                            .secondCommandLine("kexec4j.row=" + first + "-" + second)
                            .run();

                    Boots.assertLoaded(console);
                    Boots.assertStarted(
                            console,
                            secondKernel.release(),
                            "console=ttyS0 panic=-1 kexec4j.row=" + first + "-" + second);
                    assertThat(E820.ofLinux(console)).isEqualTo(E820.ofPlan(console));
                });
    }

    @Test
    void linuxStartsLinuxByIts32BitEntry(Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row(
                        "x86_64",
                        Lab.release(X86_64, "6.12"),
                        Lab.release(X86_64, "6.12"),
                        "bzImage, 32-bit",
                        "kexec_load",
                        true),
                () -> {
                    Kernel kernel = Lab.kernel(X86_64, "6.12");
                    Console console = new KexecScenario("x86_64-6.12-entry-32bit", kernel, kernel.file())
                            .secondCommandLine("kexec4j.row=entry-32bit")
                            .load(KexecScenario.KEXEC + "-c -d -l /k2 --initrd=/rd2 --append=\"$CMD2\" --entry-32bit"
                                    + " --console-serial")
                            .run();

                    Boots.assertLoaded(console);
                    Boots.assertStarted(console, kernel.release(), "console=ttyS0 panic=-1 kexec4j.row=entry-32bit");
                    assertThat(E820.ofLinux(console)).isEqualTo(E820.ofPlan(console));
                    // The first byte of a segment; the 64-bit entry is 0x200 bytes further on.
                    String entry =
                            console.get("starting the kernel at (0x[0-9a-f]+)$").group(1);
                    console.frame("load").get("^segment\\[\\d]\\.mem   = " + entry + "$");
                });
    }

    @Test
    void efiIsHandedOn(Matrix matrix) throws Throwable {
        matrix.row(underEfi("kexec_load, EFI"), () -> {
            Console console = new KexecScenario(
                            "x86_64-6.12-efi",
                            Lab.kernel(X86_64, "6.12"),
                            Lab.kernel(X86_64, "6.12").file())
                    .firmware(Lab.ovmf())
                    .secondFile("efivarfs.ko.xz", Lab.efivarfs("6.12"))
                    .run();

            Boots.assertLoaded(console);
            Console efi = console.frame("efi");
            efi.get("^efi: EFI v[0-9.]+ by EDK II$");
            assertThat(efi.get("^fw_platform_size (.*)$").group(1)).isEqualTo("64");
            assertThat(efi.all("^runtime-map/\\d+/type 0x[56]$").count())
                    .as("code and data of the runtime services")
                    .isGreaterThan(1);
            efi.get("^efivars: Registered efivars operations$");
            efi.get("^variable PlatformLang-8be4df61-93ca-11d2-aa0d-00e098032b8c 07000000656e00$"); // "en"
            assertAcpiIsThere(console);
            List<E820> memory = E820.ofLinux(console);
            assertThat(memory).isEqualTo(E820.ofPlan(console));
            long attributes = Long.decode(efi.get(" MEMATTR=(0x[0-9a-f]+)").group(1));
            assertThat(memory)
                    .as("the table of memory attributes lies where nobody writes")
                    .anyMatch(range -> range.type() == 2 && range.start() <= attributes && attributes <= range.last());
        });
    }

    @Test
    void efiIsNotHandedOnIfNotWanted(Matrix matrix) throws Throwable {
        matrix.row(underEfi("kexec_load, --noefi"), () -> {
            Console console = new KexecScenario(
                            "x86_64-6.12-noefi",
                            Lab.kernel(X86_64, "6.12"),
                            Lab.kernel(X86_64, "6.12").file())
                    .firmware(Lab.ovmf())
                    .load(KexecScenario.KEXEC + "-c -d -l /k2 --append=\"$CMD2\" --initrd=/rd2 --noefi")
                    .run();

            Boots.assertLoaded(console);
            console.get("^SECOND-KERNEL-OK ");
            assertThat(console.frame("efi").find("EFI v")).isEmpty();
            assertThat(console.frame("efi").find("^fw_platform_size ")).isEmpty();
            assertAcpiIsThere(console);
        });
    }

    private static Matrix.Row underEfi(String path) {
        return new Matrix.Row(
                "x86_64", Lab.release(X86_64, "6.12"), Lab.release(X86_64, "6.12"), "bzImage", path, true);
    }

    private static void assertAcpiIsThere(Console console) {
        assertThat(console.get("^ACPI-TABLES \\[(.*)]$").group(1).split(" ")).contains("APIC", "DSDT", "FACP");
    }

    @Test
    void linuxStartsAVmlinux(Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row(
                        "x86_64",
                        Lab.release(X86_64, "6.12"),
                        Lab.release(X86_64, "6.12"),
                        "ELF vmlinux",
                        "kexec_load",
                        true),
                () -> {
                    Kernel kernel = Lab.kernel(X86_64, "6.12");
                    Console console = new KexecScenario("x86_64-6.12-vmlinux", kernel, kernel.vmlinux())
                            .secondCommandLine("kexec4j.row=vmlinux")
                            .run();

                    Boots.assertLoaded(console);
                    Boots.assertStarted(console, kernel.release(), "console=ttyS0 panic=-1 kexec4j.row=vmlinux");
                    assertThat(E820.ofLinux(console)).isEqualTo(E820.ofPlan(console));
                });
    }

    @Test
    void linuxStartsAnImageThatWasWrittenBefore(Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row(
                        "x86_64",
                        Lab.release(X86_64, "6.12"),
                        Lab.release(X86_64, "6.12"),
                        "image of --output",
                        "kexec_load",
                        true),
                () -> {
                    Kernel kernel = Lab.kernel(X86_64, "6.12");
                    Console console = new KexecScenario("x86_64-6.12-container", kernel, kernel.file())
                            .secondCommandLine("kexec4j.row=container")
                            .load(KexecScenario.KEXEC + "--output /img /k2 --initrd=/rd2 --append=\"$CMD2\""
                                    + " && rm /k2 /rd2 && " + KexecScenario.KEXEC + "-d -l /img")
                            .run();

                    Boots.assertLoaded(console);
                    Boots.assertStarted(console, kernel.release(), "console=ttyS0 panic=-1 kexec4j.row=container");
                    assertThat(E820.ofLinux(console)).isEqualTo(E820.ofPlan(console));
                });
    }

    @Test
    void linuxStartsTheTinyKernel(Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row("x86_64", Lab.release(X86_64, "6.12"), "kexec4j tiny", "bzImage", "kexec_load", false),
                () -> {
                    Console console = new KexecScenario(
                                    "x86_64-6.12-to-tiny", Lab.kernel(X86_64, "6.12"), Lab.tinyKernel())
                            .firstCommandLine("kexec4j.first=yes")
                            .withoutInitrd()
                            .load(KexecScenario.KEXEC + "-d -l /k2 --reuse-cmdline --append kexec4j.row=tiny"
                                    + " --console-serial")
                            .run();

                    Boots.assertLoaded(console);
                    console.get("^kexec4j purgatory: 2 segments match, starting the kernel at 0x");
                    assertThat(console.get("\"command_line\": \"(.*)\"").group(1))
                            .isEqualTo("console=ttyS0 panic=-1 kexec4j.first=yes kexec4j.row=tiny");
                    assertThat(console.get("\"initrd\": (.*)").group(1)).isEqualTo("null");
                    assertThat(E820.ofTinyKernel(console)).isEqualTo(E820.ofPlan(console));
                    assertThat(console.text()).endsWith("KEXEC4J-TINY-KERNEL-DONE");
                });
    }

    @Test
    void aDamagedSegmentIsNamedAndNothingStarts(Matrix matrix) throws Throwable {
        matrix.row(
                new Matrix.Row(
                        "x86_64", Lab.release(X86_64, "6.12"), "damaged, not started", "bzImage", "kexec_load", true),
                () -> {
                    Console console = new KexecScenario(
                                    "x86_64-6.12-damaged",
                                    Lab.kernel(X86_64, "6.12"),
                                    Lab.kernel(X86_64, "6.12").file())
                            .program(DamagedImage.class)
                            .load("$JAVA -cp /app/kexec.jar:/app/classes " + DamagedImage.class.getName()
                                    + " /k2 /rd2 initrd")
                            .run();

                    Boots.assertLoaded(console);
                    console.get("kexec4j purgatory: segment initrd at 0x[0-9a-f]+ does not match its digest");
                    assertThat(console.text()).endsWith("1 segment is damaged, resetting the machine");
                });
    }
}
