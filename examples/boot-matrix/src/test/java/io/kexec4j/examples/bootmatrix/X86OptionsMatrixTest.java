package io.kexec4j.examples.bootmatrix;

import static io.kexec4j.examples.bootmatrix.Machine.X86_64;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What only a PC has: a BIOS, a VGA adapter. */
@ExtendWith(MatrixExtension.class)
class X86OptionsMatrixTest {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @Test
    void linuxStartsLinuxInRealMode(Matrix matrix) throws Throwable {
        matrix.row(row(Lab.release(X86_64, "6.12"), "bzImage, real mode", "kexec_load"), () -> {
            Kernel kernel = Lab.kernel(X86_64, "6.12");
            Console console = new KexecScenario("x86_64-6.12-real-mode", kernel, kernel.file())
                    .secondCommandLine("kexec4j.row=real-mode")
                    .load(KexecScenario.KEXEC + "-d -l /k2 --initrd=/rd2 --append=\"$CMD2\" --real-mode"
                            + " --console-serial")
                    .run();

            Boots.assertLoaded(console);
            Console load = console.frame("load");
            String entry = console.get(
                            "^kexec4j purgatory: 3 segments match, starting the kernel at (0x[89][0-9a-f]{4})$")
                    .group(1);
            load.get("^segment\\[\\d]\\.mem   = 0x%x$".formatted(Long.decode(entry) - 0x200));
            Boots.assertStarted(console, kernel.release(), "console=ttyS0 panic=-1 kexec4j.row=real-mode");
            // From the BIOS, not from the plan: the same machine, asked anew.
            assertThat(E820.ofLinux(console)).isEqualTo(E820.ofPlan(console));
            load.get("^kexec: note: the second kernel asks the BIOS for its memory map, its screen and its disks$");
        });
    }

    @Test
    void thePurgatoryOfADamagedImageShowsItOnTheScreenThatLinuxHasUsed(Matrix matrix) throws Throwable {
        matrix.row(row("damaged, not started", "bzImage", "kexec_load, VGA console"), () -> {
            Screen screen = new Screen("x86_64-6.12-vga");
            KexecScenario scenario = new KexecScenario(
                            "x86_64-6.12-vga",
                            Lab.kernel(X86_64, "6.12"),
                            Lab.kernel(X86_64, "6.12").file())
                    .firstCommandLine("console=tty0 console=ttyS0")
                    .program(DamagedImage.class)
                    .load("$JAVA -cp /app/kexec.jar:/app/classes " + DamagedImage.class.getName()
                            + " /k2 /rd2 initrd VGA_CONSOLE");
            try (Guest guest = scenario.start(screen.arguments())) {
                assertThat(guest.await("1 segment is damaged, resetting the machine$", PATIENCE))
                        .isTrue();
                List<String> lines = screen.text();
                Boots.assertLoaded(guest.awaitEnd(PATIENCE));
                String last = "kexec4j purgatory: 1 segment is damaged, resetting the machine";
                assertThat(lines).contains(last);
                int end = lines.indexOf(last);
                assertThat(lines.get(end - 4)).isEqualTo("kexec4j purgatory: checking 3 segments");
                assertThat(lines.get(end - 3))
                        .startsWith("kexec4j purgatory: segment initrd at 0x")
                        .endsWith(" does not match its digest");
                assertThat(lines.subList(0, end - 4))
                        .as("what Linux has printed is still there")
                        .anyMatch(line -> line.contains("kexec_core: Starting new kernel"));
            }
        });
    }

    @Test
    void linuxIsStartedWithTheScreenReset(Matrix matrix) throws Throwable {
        matrix.row(row(Lab.release(X86_64, "6.12"), "bzImage", "kexec_load, VGA console, VGA reset"), () -> {
            Kernel kernel = Lab.kernel(X86_64, "6.12");
            Screen screen = new Screen("x86_64-6.12-vga-reset");
            KexecScenario scenario = new KexecScenario("x86_64-6.12-vga-reset", kernel, kernel.file())
                    .secondCommandLine("kexec4j.row=vga")
                    .load(KexecScenario.KEXEC + "-d -l /k2 --initrd=/rd2 --append=\"$CMD2\" --console-vga --reset-vga");
            try (Guest guest = scenario.start(screen.arguments())) {
                Console console = guest.awaitEnd(PATIENCE);
                Boots.assertLoaded(console);
                Boots.assertStarted(console, kernel.release(), "console=ttyS0 panic=-1 kexec4j.row=vga");
            }
        });
    }

    /** Debian's kernels have no CONFIG_KEXEC_JUMP. */
    @Test
    void aKernelThatCannotBeKeptSaysSo(Matrix matrix) throws Throwable {
        matrix.row(row("none, refused", "bzImage", "kexec_load, context preserved"), () -> {
            Kernel kernel = Lab.kernel(X86_64, "6.12");
            Console console = new KexecScenario("x86_64-6.12-preserve", kernel, kernel.file())
                    .load(KexecScenario.KEXEC + "--load-preserve-context /k2 --initrd=/rd2 --append=\"$CMD2\""
                            + " --mem-max=0x17ffffff")
                    .run();

            Console load = console.frame("load");
            load.get("was refused with EINVAL: .*built without CONFIG_KEXEC_JUMP");
            console.get("^@load-status 1$");
            console.get("^@kexec-loaded 0$");
        });
    }

    private static Matrix.Row row(String second, String format, String path) {
        return new Matrix.Row("x86_64", Lab.release(X86_64, "6.12"), second, format, path, true);
    }
}
