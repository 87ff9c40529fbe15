package io.kexec4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.linux.ImageSlot;
import io.kexec4j.linux.LoadCall;
import io.kexec4j.linux.LoadChoice;
import io.kexec4j.linux.LoadMode;
import io.kexec4j.linux.LoadPlan;
import io.kexec4j.linux.LoadReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KexecCommandTest {
    private static final String KERNEL =
            "../quickstart/src/main/resources/io/kexec4j/examples/quickstart/tiny-x86_64.bzImage";

    /** Where the command line begins in the segment of boot_params. */
    private static final int COMMAND_LINE_OFFSET = 4096;

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
                .isEqualTo("kexec: note: eth0 cannot be taken down\nkexec: note: eth1 cannot be taken down\n");
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
                "-u --dry-run KERNEL          | --dry-run plans what -l would load; leave -u and -e out",
                "-l KERNEL --dry-run -s --target-root=ROOT | the running kernel builds the image; leave -s out",
                "-l KERNEL --json -s      | the running kernel builds the image; leave -s out",
                "-l KERNEL --diff=x -s    | the running kernel builds the image; leave -s out",
                "-l KERNEL --svg=x -s     | the running kernel builds the image; leave -s out",
                "-l KERNEL --output=x -s  | the running kernel builds the image; leave -s out",
                "-s KERNEL --save-segments=x | the running kernel builds the image; leave -s out",
                "-l KERNEL --entry=0x1000    | --entry, the address to jump back to, is missing here",
                "-l KERNEL --entry           | --entry, the address to jump back to, is missing here",
                "-e --output=x               | leave -u and -e out, and -S",
                "-u --svg=x                  | leave -u and -e out, and -S",
                "-e --json                   | leave -u and -e out, and -S",
                "--print-ckr-size --output=x | and -S and --print-ckr-size",
                "-l KERNEL --serial=ttyS1    | say where --console-serial prints",
                "-l KERNEL --serial-baud=9600 | say where --console-serial prints",
                "-l KERNEL --no-cma -c --dry-run --target-root=ROOT | --no-cma is for kexec_file_load",
                "-l KERNEL --module=pom.xml --dry-run --target-root=ROOT | modules: not possible with this kernel",
                "-l KERNEL -t elf-x86_64 --dry-run --target-root=ROOT | this is no elf-x86_64 but: bzImage",
                "-l KERNEL -t vmlinux --dry-run --target-root=ROOT | 'vmlinux' is none of the types bzImage64, bzImage",
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
                        "--load-jump-back-helper");
        assertThat(out.toString().lines().filter(line -> line.strip().startsWith("--entry")))
                .singleElement()
                .asString()
                .contains("--entry-32bit");
    }

    @Test
    void bothCallsGetWhatTheyTake() {
        assertThat(kexec(
                        "-c",
                        "-s",
                        "-d",
                        "-l",
                        KERNEL,
                        "--append=a=b",
                        "--initrd=pom.xml",
                        "--initrd=pom.xml",
                        "--no-cma"))
                .as(err.toString())
                .isZero();
        KexecFiles files = Objects.requireNonNull(system.files);
        assertThat(files.commandLine()).isEqualTo("a=b");
        assertThat(files.flags()).containsExactlyInAnyOrder(KexecFileFlag.NO_CMA, KexecFileFlag.DEBUG);
        assertThat(files.kernel().wholeFile()).contains(Path.of(KERNEL));
        assertThat(files.initrd().orElseThrow().size())
                .isGreaterThan(2 * Path.of("pom.xml").toFile().length() - 1);
        assertThat(err.toString())
                .contains("kexec: using kexec_file_load: the test says so\n", "kexec: note: it was loaded\n");
        assertThat(kexec("-s", "-l", KERNEL, "--mem-max=0x10000000")).isEqualTo(1);
        assertThat(err.toString()).contains("a window in memory: kexec_file_load cannot do that");
    }

    @Test
    void anImageIsWrittenAndLoadedLater() throws IOException {
        Path image = root.resolve("image");
        Path svg = root.resolve("image.svg");
        Path segments = root.resolve("segments");
        assertThat(kexec(
                        "--target-root=" + root,
                        "--output=" + image,
                        "--svg=" + svg,
                        "--save-segments=" + segments,
                        KERNEL))
                .as(err.toString())
                .isZero();
        assertThat(Files.readString(svg)).startsWith("<?xml").contains("purgatory");
        try (Stream<Path> files = Files.list(segments)) {
            assertThat(files).hasSize(3);
        }
        assertThat(system.calls).isEmpty();

        assertThat(kexec("-l", image.toString())).as(err.toString()).isZero();
        assertThat(system.calls).containsExactly("load");
        assertThat(Objects.requireNonNull(system.image).segments()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--append=x", "--no-cma", "--console-serial --serial=ttyS1", "--noefi"})
    void nothingCanBeSaidAboutAnImageThatIsBuilt(String arguments) {
        Path image = root.resolve("image");
        assertThat(plan("--output=" + image)).isZero();
        assertThat(kexec(("-l " + image + " " + arguments).split(" "))).isEqualTo(1);
        assertThat(err.toString()).contains("the image is built already in " + image);
        assertThat(system.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--svg=ROOT/none/x    | ROOT/none/x cannot be written: there is no such directory",
                "--svg=ROOT           | ROOT cannot be written: Is a directory",
                "--output=ROOT/none/x | ROOT/none/x cannot be written: there is no such directory",
                "--save-segments=ROOT | ROOT cannot be written: the directory is not empty"
            })
    void whatCannotBeWrittenIsNotToldAsAMistakeOfReading(String option, String message) {
        assertThat(plan(option.replace("ROOT", root.toString()))).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("kexec: " + message.replace("ROOT", root.toString()) + "\n");
    }

    @Test
    void anImageIsPrintedAsJson() {
        assertThat(plan("--json")).isZero();
        assertThat(out.toString()).startsWith("{").contains("\"segments\"", "\"role\": \"purgatory\"");
    }

    @Test
    void twoImagesAreCompared() {
        Path image = root.resolve("image");
        assertThat(plan("--output=" + image, "--append=one")).isZero();
        assertThat(plan("--diff=" + image, "--append=two")).isZero();
        assertThat(out.toString()).contains("boot_params");
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

    /** What the command asked of the system, in order. */
    private final class Recorder implements RunningSystem {
        private final List<String> calls = new ArrayList<>();
        private boolean loaded;
        private boolean broken;
        private boolean locked;
        private LoadMode mode = LoadMode.AUTO;
        private @Nullable KexecImage image;
        private @Nullable KexecFiles files;

        @Override
        public Path root() {
            return root;
        }

        @Override
        public LoadReport load(LoadPlan plan, Consumer<LoadChoice> announce) throws IOException {
            mode = plan.mode();
            LoadChoice choice = new LoadChoice(
                    plan.mode() == LoadMode.KEXEC_FILE_LOAD ? LoadCall.KEXEC_FILE_LOAD : LoadCall.KEXEC_LOAD,
                    "the test says so");
            if (choice.call() == LoadCall.KEXEC_LOAD) {
                image = plan.image().get();
            } else {
                files = plan.files().get();
            }
            announce.accept(choice);
            calls.add("load");
            return new LoadReport(choice, List.of(), List.of("it was loaded"));
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
        public long crashSize() {
            return 0x1000_0000;
        }

        @Override
        public void sync() {
            calls.add("sync");
        }

        @Override
        public void interfacesDown() throws IOException {
            calls.add("ifdown");
            if (locked) {
                IOException refusal = new IOException("eth0 cannot be taken down");
                refusal.addSuppressed(new IOException("eth1 cannot be taken down"));
                throw refusal;
            }
        }

        @Override
        public void execute() {
            calls.add("execute");
        }

        @Override
        public void shutDown() {
            calls.add("shutdown");
        }
    }
}
