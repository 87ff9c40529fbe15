package io.kexec4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.image.KexecImage;
import io.kexec4j.linux.ImageSlot;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KexecCommandTest {
    private static final String KERNEL =
            "../quickstart/src/main/resources/io/kexec4j/examples/quickstart/tiny-x86_64.bzImage";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    private final Recorder system = new Recorder();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void aMachine() throws IOException {
        write("proc/sys/kernel/arch", "x86_64\n");
        write("proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda quiet\n");
        write("proc/iomem", "00001000-0009fbff : System RAM\n00100000-1fffffff : System RAM\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private int kexec(String... arguments) {
        return KexecCommand.run(system, new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    /** Plans for the machine in the temporary directory. */
    private int plan(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--dry-run", "--target-root=" + root, "-l", KERNEL));
        all.addAll(List.of(arguments));
        return kexec(all.toArray(String[]::new));
    }

    @Test
    void aDryRunPrintsTheTable() {
        assertThat(plan()).isZero();
        assertThat(out.toString()).contains("kexec image for x86_64", "kernel", "boot_params", "purgatory");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void debugPrintsTheLinesOfKexecTools() {
        assertThat(plan("-d", "-c")).isZero();
        assertThat(err.toString())
                .contains(
                        "E820 memmap:\n0000000000001000-000000000009fbff (1)\n0000000000100000-000000001fffffff (1)\n")
                .containsPattern("(?m)^kexec_load: entry = 0x1fff[0-9a-f]{4} flags = 0x3e0000$")
                .contains("nr_segments = 3\n", "segment[0].mem   = 0x1fe00000\n", "segment[0].memsz = 0xc000\n");
    }

    @Test
    void theKernelCanBeEnteredIn32BitMode() {
        assertThat(plan("--entry-32bit", "-d")).isZero();
        assertThat(err.toString()).contains("segment[0].mem   = 0x1000000\n");
        assertThat(out.toString()).contains("as low as possible from pref_address 0x1000000 on");
    }

    @ParameterizedTest
    @CsvSource({"0x10000000, 0x0fffffff", "0X10000000, 0x0fffffff", "268435456, 0x0fffffff", "02000000000, 0x0fffffff"})
    void addressesAreReadAsStrtoulDoes(String limit, String last) {
        assertThat(plan("--mem-max=" + limit, "-d")).isZero();
        assertThat(err.toString()).contains("segment[2].mem   = 0xfffd000\n");
        assertThat(out.toString()).contains(last.replace("0x0", "0x"));
    }

    @Test
    void theCommandLineIsReusedWithoutBootImage() {
        assertThat(plan("--append=" + "x".repeat(2048))).isEqualTo(1);
        assertThat(err.toString())
                .contains("bytes of the command line (cmdline_size of this kernel): 2048, at most 2047");
        assertThat(plan("--reuse-cmdline", "--append=" + "x".repeat(2047))).isEqualTo(1);
        assertThat(err.toString()).as("'root=/dev/sda quiet ' comes before").contains(": 2067, at most 2047");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--append=a --append=b       ",
                "--append=a --command-line=b",
                "-d -d",
                "-i --no-checks",
                "--app=x",
                "--reuse-c",
                "--append -early",
                "--append -d",
                "--append @file",
                "--serial=ttyS1 --console-serial",
                "--serial=0x2e8 --serial-baud=9600 --console-serial",
                "--initrd=pom.xml",
                "--ramdisk pom.xml",
                "--noefi",
                "-c",
                "-a"
            })
    void optionsAreTakenAsGetoptTakesThem(String arguments) {
        assertThat(plan(arguments.strip().split(" "))).as(err.toString()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-l KERNEL       | load",
                "-f KERNEL       | load execute",
                "-u              | unload",
                "-e              | execute",
                "-e -l KERNEL    | load",
                "-f -l KERNEL    | load",
                "-l -e KERNEL    | execute",
                "-u -l KERNEL    | unload load",
                "-l -u KERNEL    | unload",
                "-l -f KERNEL    | load execute",
            })
    void aLaterActionOverridesAnEarlierOne(String arguments, String calls) {
        system.loaded = true;
        int status = kexec(arguments.replace("KERNEL", KERNEL).split(" "));
        assertThat(status).as(err.toString()).isZero();
        assertThat(String.join(" ", system.calls)).isEqualTo(calls);
    }

    @Test
    void nothingIsStartedIfNothingIsLoaded() {
        assertThat(kexec("-e")).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("kexec: nothing has been loaded; run kexec -l KERNEL first\n");
        assertThat(system.calls).isEmpty();
    }

    @Test
    void theStatusIsToldByTheExitStatus() {
        assertThat(kexec("-S")).isZero();
        assertThat(kexec("-l", "-S")).isZero();
        system.loaded = true;
        assertThat(kexec("-S")).as("the crash image").isZero();
        assertThat(kexec("-S", "-l")).as("the normal image").isEqualTo(1);
        system.broken = true;
        assertThat(kexec("-S", "-l")).as("it cannot be told").isEqualTo(255);
        assertThat(err.toString()).isEqualTo("kexec: sysfs is not mounted\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                             | say what to do: -l KERNEL loads",
                "-l                           | name one kernel to load, not 0",
                "-l a b                       | name one kernel to load, not 2",
                "-l /nowhere/vmlinuz --dry-run --target-root=ROOT | there is no file /nowhere/vmlinuz; check the path",
                "-l / --dry-run --target-root=ROOT | a file is needed, not a directory",
                "-l pom.xml --dry-run --target-root=ROOT | but this is a text that begins with",
                "-l KERNEL --target-root=ROOT | cannot be loaded into this one; add --dry-run",
                "-u --dry-run KERNEL          | --dry-run plans what -l would load; leave -u and -e out",
                "-l KERNEL --dry-run --target-root=/nowhere | /nowhere is no directory; check the path",
                "-l KERNEL --append=\ufffd --dry-run --target-root=ROOT | LC_ALL=C.UTF-8",
                "-l pom.xml/x --dry-run --target-root=ROOT | pom.xml/x cannot be read: Not a directory",
                "-l KERNEL --reuse-video-type --dry-run --target-root=ROOT | boot_params are unknown",
                "-l KERNEL --mem-max=abc      | 'abc' is no address",
                "-l KERNEL --serial=ttyS9     | 'ttyS9' is no serial port",
                "-l KERNEL --no-such-option   | Unknown option: '--no-such-option'",
                "-l KERNEL --mem-min=2 --mem-max=1 --dry-run --target-root=ROOT | --mem-min must be below --mem-max",
                "-l KERNEL --mem-max=0x100000 --dry-run --target-root=ROOT | no room for",
            })
    void mistakesAreToldInASentenceAndEndWithStatus1(String arguments, String message) {
        String line = arguments == null
                ? ""
                : arguments.replace("ROOT", root.toString()).replace("KERNEL", KERNEL);
        assertThat(kexec(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(1);
        assertThat(err.toString()).startsWith("kexec: ").contains(message).doesNotContain("Exception");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help"})
    void helpIsPrinted(String option) {
        assertThat(kexec(option)).isZero();
        assertThat(out.toString()).contains("--reuse-cmdline", "--console-serial", "Exit status");
    }

    @Test
    void theVersionIsPrinted() {
        assertThat(kexec("-v")).isZero();
        assertThat(out.toString()).startsWith("kexec4j ");
    }

    /** What the command asked of the system, in order. */
    private final class Recorder implements RunningSystem {
        private final List<String> calls = new ArrayList<>();
        private boolean loaded;
        private boolean broken;

        @Override
        public Path root() {
            return root;
        }

        @Override
        public void load(KexecImage image) {
            calls.add("load");
        }

        @Override
        public void unload() {
            calls.add("unload");
        }

        @Override
        public boolean isLoaded(ImageSlot slot) throws IOException {
            if (broken) {
                throw new IOException("sysfs is not mounted");
            }
            return loaded && slot == ImageSlot.NORMAL;
        }

        @Override
        public void execute() {
            calls.add("execute");
        }
    }
}
