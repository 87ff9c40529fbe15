package io.kexec4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KexecCommandTest extends CommandOnAMachine {
    /** Where the command line begins in the segment of boot_params. */
    private static final int COMMAND_LINE_OFFSET = 4096;

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

    @Test
    void theKernelCanBeEnteredInRealMode() {
        assertThat(plan("--real-mode", "-d")).isZero();
        assertThat(err.toString()).contains("segment[0].mem   = 0x8a000\n", "segment[0].memsz = 0x4000\n");
        assertThat(out.toString()).contains("setup_code", "the second kernel asks the BIOS for its memory map");
    }

    @Test
    void theRunningKernelCanBeKept() {
        assertThat(kexec(
                        "--load-preserve-context",
                        KERNEL,
                        "--mem-max=0x7ffffff",
                        "-d",
                        "--dry-run",
                        "--target-root=" + root))
                .as(err.toString())
                .isZero();
        assertThat(err.toString()).contains(" flags = 0x3e0002\n");
        assertThat(out.toString()).contains("backup");
    }

    @Test
    void aKernelThatWaitsCanBeJumpedBackTo() {
        assertThat(kexec("--load-jump-back-helper", "--entry=0x12345678", "-d", "--dry-run", "--target-root=" + root))
                .as(err.toString())
                .isZero();
        assertThat(err.toString()).contains(" flags = 0x3e0002\n", "nr_segments = 2\n");
        assertThat(kexec("--load-jump-back-helper", "--entry=0x12345678")).isZero();
        assertThat(system.calls).containsExactly("load");
    }

    @Test
    void theEntryCanBeSaid() {
        assertThat(plan("--entry=0x1fe00000", "-d")).isZero();
        assertThat(err.toString()).contains("kexec_load: entry = 0x1fe00000 ");
        assertThat(plan("--entry=0")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "--args-linux, boot_params for an ELF program",
        "--args-elf, ELF boot notes for an ELF program",
        "--args-none, no arguments for an ELF program"
    })
    void whatOnlyElfProgramsAreHandedIsRefusedForOthers(String option, String words) {
        assertThat(plan(option)).isEqualTo(1);
        assertThat(err.toString()).startsWith("kexec: " + words + ": not possible with this kernel on x86_64: bzImage");
    }

    @ParameterizedTest
    @CsvSource({"0x10000000, 0x0fffffff", "0X10000000, 0x0fffffff", "268435456, 0x0fffffff", "02000000000, 0x0fffffff"})
    void addressesAreReadAsStrtoulDoes(String limit, String last) {
        assertThat(plan("--mem-max=" + limit, "-d")).isZero();
        assertThat(err.toString()).contains("segment[2].mem   = 0xfffc000\n");
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
                "--append=one --append=two        | command line <two>",
                "--append=one --command-line=two  | command line <two>",
                "-d -d                            | E820 memmap:",
                "-i --no-checks --initrd=pom.xml  | verified false",
                "--initrd=pom.xml                 | verified true",
                "--app=x                          | command line <x>",
                "--reuse-c                        | command line <root=/dev/sda quiet>",
                "--append -early                  | command line <-early>",
                "--append -d                      | command line <-d>",
                "--append @file                   | command line <@file>",
                "--serial=ttyS1 --console-serial  | f802000000000000",
                "--console-serial                 | f803000000000000",
                "--serial=0x2e8 --serial-baud=9600 --console-serial | e8020c00",
                "--ramdisk pom.xml                | verified true",
                "--noefi                          | mode AUTO",
                "--console-vga                    | 0100000000000000",
                "--reset-vga                      | 0000000001000000",
                "-s -c                            | mode KEXEC_LOAD",
                "-c -a                            | mode AUTO"
            })
    void optionsAreTakenAsGetoptTakesThem(String arguments, String expected) throws IOException {
        List<String> all = new ArrayList<>(List.of("-l", KERNEL));
        all.addAll(List.of(arguments.split(" ")));
        assertThat(kexec(all.toArray(String[]::new))).as(err.toString()).isZero();
        assertThat(whatWasLoaded()).contains(expected);
    }

    /** In words, and the purgatory as it is: the port and the divisor are beside each other, low bytes first. */
    private String whatWasLoaded() throws IOException {
        KexecImage image = Objects.requireNonNull(system.image);
        String text = StandardCharsets.ISO_8859_1
                .decode(ByteBuffer.wrap(content(image, SegmentRole.BOOT_PARAMS)))
                .toString();
        String commandLine = text.substring(COMMAND_LINE_OFFSET, text.indexOf('\0', COMMAND_LINE_OFFSET));
        String purgatory = HexFormat.of().formatHex(content(image, SegmentRole.PURGATORY));
        return String.join(
                "\n",
                err.toString(),
                "mode " + system.mode,
                "command line <" + commandLine + ">",
                "verified "
                        + image.segment(SegmentRole.INITRD)
                                .map(initrd -> Long.reverseBytes(initrd.range().start()))
                                .map(address ->
                                        purgatory.contains(HexFormat.of().toHexDigits(address)))
                                .map(String::valueOf)
                                .orElse("unknown"),
                purgatory);
    }

    private static byte[] content(KexecImage image, SegmentRole role) throws IOException {
        Content content = image.segment(role).orElseThrow().content();
        return content.copy(0, Math.toIntExact(content.size()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-l KERNEL       | load",
                "-f KERNEL       | load sync ifdown execute",
                "-f -x -y KERNEL | load execute",
                "-f -y KERNEL    | load ifdown execute",
                "-s -f -x KERNEL | load sync execute",
                "KERNEL          | load shutdown",
                "-u              | unload",
                "-e              | sync ifdown execute",
                "-e -l KERNEL    | load",
                "-f -l KERNEL    | load",
                "-l -e KERNEL    | sync ifdown execute",
                "-u -l KERNEL    | unload load",
                "-l -u KERNEL    | unload",
                "-l -f KERNEL    | load sync ifdown execute",
            })
    void aLaterActionOverridesAnEarlierOne(String arguments, String calls) {
        system.loaded = true;
        int status = kexec(arguments.replace("KERNEL", KERNEL).split(" "));
        assertThat(status).as(err.toString()).isZero();
        assertThat(String.join(" ", system.calls)).isEqualTo(calls);
    }

    @Test
    void anInterfaceThatStaysUpIsNoReasonToStay() {
        system.loaded = true;
        system.locked = true;
        assertThat(kexec("-e")).isZero();
        assertThat(system.calls).containsExactly("sync", "ifdown", "execute");
        assertThat(err.toString())
                .startsWith("kexec: note: eth0 cannot be taken down\nkexec: note: eth1 cannot be taken down\n");
    }

    /** Here as after a jump back, {@code execute} returns. */
    @Test
    void afterAJumpBackItIsSaidThatTheNetworkIsDown() {
        system.loaded = true;
        assertThat(kexec("-e", "-x")).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(kexec("-e")).isZero();
        assertThat(err.toString())
                .isEqualTo("kexec: note: this kernel was jumped back to; its network interfaces are down: take them up,"
                        + " or use -x next time\n");
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
        assertThat(kexec("-S", "--json")).as("nothing to print").isEqualTo(255);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--mem-max=abc -S", "-S --mem-max=abc", "--no-such-option -S", "--serial=x -lS"})
    void aMistakeIsNoStatus(String arguments) {
        assertThat(kexec(arguments.split(" "))).isEqualTo(255);
        assertThat(err.toString()).startsWith("kexec: ").endsWith("; see kexec --help\n");
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
                "-u --dry-run KERNEL          | --dry-run plans what -l or -p would load; leave -u and -e out",
                "-l KERNEL --dry-run -s --target-root=ROOT | the running kernel builds the image; leave -s out",
                "-l KERNEL --json -s      | the running kernel builds the image; leave -s out",
                "-l KERNEL --diff=x -s    | the running kernel builds the image; leave -s out",
                "-l KERNEL --svg=x -s     | the running kernel builds the image; leave -s out",
                "-l KERNEL --output=x -s  | the running kernel builds the image; leave -s out",
                "-s KERNEL --save-segments=x | the running kernel builds the image; leave -s out",
                "-l KERNEL --entry=0x1000 --dry-run --target-root=ROOT | the entry 0x1000 must lie in a segment",
                "-l KERNEL --entry=x         | 'x' is no address",
                "-l KERNEL --entry           | Missing required parameter for option '--entry'",
                "-l KERNEL --reuseinitrd --dry-run --target-root=ROOT | whose place only a device tree tells: not possible with this kernel on x86_64",
                "-l KERNEL --load-live-update | a live update of Xen goes by a hypercall",
                "--exec-live-update          | a live update of Xen goes by a hypercall",
                "-l KERNEL -t nbi-x86        | 'nbi-x86' has never worked in kexec-tools",
                "-l KERNEL -t beoboot-x86    | 'beoboot-x86' is the format of a boot loader that has been gone",
                "--load-preserve-context KERNEL | say with --mem-max where that ends",
                "--load-preserve-context KERNEL --mem-max=0x1fffffff --dry-run --target-root=ROOT | Linux takes half of the RAM",
                "--load-jump-back-helper     | say with --entry where the other kernel waits",
                "--load-jump-back-helper --entry=0 | say with --entry where the other kernel waits",
                "--load-jump-back-helper --entry=0x1000 KERNEL | loads no kernel; leave it",
                "--load-jump-back-helper --entry=0x1000 --no-cma | --no-cma is for kexec_file_load",
                "--load-jump-back-helper --entry=0x1000 --append=x | loads no kernel; leave it",
                "--load-jump-back-helper --entry=0x1000 -s --dry-run --target-root=ROOT | leave -s out",
                "-l KERNEL --real-mode --mem-min=0x100000 --dry-run --target-root=ROOT | no room for",
                "-e --output=x               | leave -u and -e out, and -S",
                "-u --svg=x                  | leave -u and -e out, and -S",
                "-e --json                   | leave -u and -e out, and -S",
                "--print-ckr-size --output=x | and -S and --print-ckr-size",
                "-l KERNEL --serial=ttyS1    | say where --console-serial prints",
                "-l KERNEL --serial-baud=9600 | say where --console-serial prints",
                "-l KERNEL --no-cma -c --dry-run --target-root=ROOT | --no-cma is for kexec_file_load",
                "-l KERNEL --module=pom.xml --dry-run --target-root=ROOT | modules: not possible with this kernel",
                "-l KERNEL -t elf-x86_64 --dry-run --target-root=ROOT | this is no elf-x86_64 but: bzImage",
                "-l KERNEL -t zImage --dry-run --target-root=ROOT | 'zImage' is none of the types bzImage64, bzImage",
                "-l KERNEL -t vmlinux --dry-run --target-root=ROOT | this is no vmlinux but: bzImage",
                "-l KERNEL -t Image --dry-run --target-root=ROOT | this is no Image but: bzImage",
                "-l KERNEL --dtbo=pom.xml --dry-run --target-root=ROOT | an overlay needs a device tree to be applied to",
                "-l KERNEL --profile=1 --dry-run --target-root=ROOT | only a UKI has profiles",
                "-l KERNEL --arch=vax --dry-run --target-root=ROOT | 'vax' is none of the architectures x86_64",
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
        assertThat(out.toString())
                .contains(
                        "--reuse-cmdline",
                        "--console-serial",
                        "Exit status",
                        "--reuseinitrd",
                        "--load-jump-back-helper",
                        "--entry=ADDR",
                        "--console-vga",
                        "--real-mode",
                        "-p, --load-panic",
                        "--hotplug",
                        "--pass-memmap-cmdline",
                        "--elf32-core-headers",
                        "--elf64-core-headers");
        assertThat(out.toString()).doesNotContain("missing here");
    }

    @Test
    void theCrashReservationIsPrinted() {
        assertThat(kexec("--print-ckr-size")).isZero();
        assertThat(out.toString()).isEqualTo("268435456\n");
    }

    @Test
    void theVersionIsPrinted() {
        assertThat(kexec("-v")).isZero();
        assertThat(out.toString()).startsWith("kexec4j ");
    }
}
