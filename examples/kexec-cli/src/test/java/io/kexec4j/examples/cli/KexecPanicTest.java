package io.kexec4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.container.ImageContainer;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFileFlag;
import io.kexec4j.image.KexecFiles;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.linux.CrashUpdates;
import io.kexec4j.linux.ImageSlot;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels for a panic: -p, and what belongs to it. */
class KexecPanicTest extends CommandOnAMachine {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-p -s KERNEL         | load",
                "--load-panic -s KERNEL | load",
                "-p -l -s KERNEL      | load",
                "-l -p -s KERNEL      | load",
                "-p -s -x -y KERNEL   | load",
                "-p -u                | unload-crash",
                "-u -p                | unload-crash",
                "-u -p -l             | unload-crash",
                "-p -u KERNEL         | unload-crash",
                "-u -p -s KERNEL      | unload-crash load",
                "-u                   | unload",
            })
    void pSaysWhichSlotItIsAbout(String arguments, String calls) {
        assertThat(kexec(arguments.replace("KERNEL", KERNEL).split(" ")))
                .as(err.toString())
                .isZero();
        assertThat(String.join(" ", system.calls)).as("no sync, no ifdown").isEqualTo(calls);
        assertThat(system.slot).isEqualTo(system.calls.contains("load") ? ImageSlot.CRASH : ImageSlot.NORMAL);
    }

    @Test
    void theRunningKernelIsToldWhatItIsFor() {
        assertThat(kexec("-p", "-s", "-d", KERNEL, "--append=one", "--elf64-core-headers"))
                .as(err.toString())
                .isZero();
        KexecFiles files = Objects.requireNonNull(system.files);
        assertThat(files.flags()).containsExactlyInAnyOrder(KexecFileFlag.ON_CRASH, KexecFileFlag.DEBUG);
        assertThat(files.commandLine()).isEqualTo("one");
    }

    @ParameterizedTest
    @CsvSource({"IN_PLACE, -d, true", "IN_PLACE, -y, false", "BY_RELOAD, -d, false"})
    void debugTellsWhoUpdatesTheImage(CrashUpdates updates, String option, boolean told) {
        system.updates = updates;
        assertThat(kexec("-p", "-s", option, KERNEL)).as(err.toString()).isZero();
        assertThat(err.toString()
                        .contains("kexec: the running kernel updates the image when CPUs and memory come and go\n"))
                .isEqualTo(told);
    }

    @Test
    void crashkernelIsNotReused() throws IOException {
        write("proc/cmdline", "BOOT_IMAGE=/vmlinuz crashkernel=256M root=/dev/sda crashkernel=64M,low quiet\n");
        assertThat(kexec("-p", "-s", KERNEL, "--reuse-cmdline", "--append=irqpoll"))
                .isZero();
        assertThat(Objects.requireNonNull(system.files).commandLine()).isEqualTo("root=/dev/sda quiet irqpoll");
        assertThat(kexec("-l", "-s", KERNEL, "--reuse-cmdline")).isZero();
        assertThat(Objects.requireNonNull(system.files).commandLine())
                .isEqualTo("crashkernel=256M root=/dev/sda crashkernel=64M,low quiet");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-S       | false | false | 0",
                "-S       | true  | false | 0",
                "-S       | false | true  | 1",
                "-p -S    | true  | false | 0",
                "-p -S    | false | true  | 1",
                "-S -l    | false | true  | 0",
                "-l -S    | true  | false | 1",
                "-l -S -p | true  | false | 0",
                "-p -l -S | false | true  | 1",
                "-u -S    | false | true  | 1",
            })
    void theStatusIsThatOfTheSlot(String arguments, boolean normal, boolean crash, int status) {
        system.loaded = normal;
        system.crashLoaded = crash;
        assertThat(kexec(arguments.split(" "))).isEqualTo(status);
        assertThat(system.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-p                          | name one kernel to load, not 0",
                "-p -e                       | is started by a panic, and not by -e or -f",
                "-e -p KERNEL                | is started by a panic, and not by -e or -f",
                "-p -f KERNEL                | is started by a panic, and not by -e or -f",
                "-f -p KERNEL                | is started by a panic, and not by -e or -f",
                "-p --load-preserve-context --mem-max=0x10000000 KERNEL | from a panic there is no way back",
                "-p --load-jump-back-helper --entry=0x1000 | from a panic there is no way back",
                "-l KERNEL --hotplug         | add -p, or leave them out",
                "KERNEL --elf32-core-headers | add -p, or leave them out",
                "-e --elf64-core-headers     | add -p, or leave them out",
                "-l KERNEL --pass-memmap-cmdline | add -p, or leave them out",
                "-p KERNEL --elf32-core-headers --elf64-core-headers | exclude each other",
                "-p -s KERNEL --elf32-core-headers | a core header of 32 bits: kexec_file_load cannot do that",
                "-p -s KERNEL --mem-max=0x10000000 | a window in memory: kexec_file_load cannot do that",
                "-p -s KERNEL --json         | the running kernel builds the image; leave -s out",
                "-p -u --json                | --dry-run plans what -l or -p would load; leave -u and -e out",
                "-u -p KERNEL --dry-run      | --dry-run plans what -l or -p would load; leave -u and -e out",
                "-p KERNEL --target-root=ROOT | cannot be loaded into this one; add --dry-run",
            })
    void mistakesAreToldInASentence(String arguments, String message) {
        String line = arguments.replace("ROOT", root.toString()).replace("KERNEL", KERNEL);
        assertThat(kexec(line.split(" "))).isEqualTo(1);
        assertThat(err.toString()).startsWith("kexec: ").contains(message).doesNotContain("Exception");
        assertThat(system.calls).isEmpty();
    }

    @Test
    void anImageForAPanicIsPrintedAndLoadedFromAFile() throws IOException {
        Path image = image("crash", Set.of(KexecFlag.ON_CRASH));
        assertThat(kexec("--dry-run", image.toString())).as(err.toString()).isZero();
        assertThat(kexec("--json", "-p", image.toString())).as(err.toString()).isZero();
        assertThat(out.toString()).contains("elfcorehdr");
        assertThat(system.calls).isEmpty();
        assertThat(kexec("-p", "-d", image.toString())).as(err.toString()).isZero();
        assertThat(err.toString()).contains("flags = 0x3e0001");
        assertThat(system.slot).isEqualTo(ImageSlot.CRASH);
        assertThat(system.calls).containsExactly("load");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-l IMAGE", "-f IMAGE", "IMAGE", "-u -l IMAGE"})
    void anImageForAPanicIsLoadedOnlyAsOne(String arguments) throws IOException {
        system.loaded = true;
        Path image = image("crash", Set.of(KexecFlag.ON_CRASH));
        assertThat(kexec(arguments.replace("IMAGE", image.toString()).split(" ")))
                .isEqualTo(1);
        assertThat(err.toString()).isEqualTo("kexec: the image is for a panic; load it with -p\n");
        assertThat(system.calls).doesNotContain("load", "execute", "shutdown");
    }

    @Test
    void anImageForANormalStartIsNoneForAPanic() throws IOException {
        Path image = image("normal", Set.of());
        assertThat(kexec("-p", image.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("the image is none for a panic; load it with -l, or build it with -p");
        assertThat(kexec("-p", "--hotplug", image.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("the image is built already in " + image);
        assertThat(system.calls).isEmpty();
    }

    private Path image(String name, Set<KexecFlag> flags) throws IOException {
        List<Segment> segments = List.of(
                new Segment(
                        SegmentRole.KERNEL,
                        PhysicalRange.ofSize(0x1000_0000, 0x1000),
                        Content.of(new byte[] {1}),
                        "test"),
                new Segment(
                        SegmentRole.ELFCOREHDR,
                        PhysicalRange.ofSize(0x1000_1000, 0x1000),
                        Content.of(new byte[] {2}),
                        "test"));
        Path file = root.resolve(name);
        ImageContainer.write(new KexecImage(Architecture.X86_64, 4096, 0x1000_0000, segments, flags, List.of()), file);
        return file;
    }
}
