package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an image for a crash must know, from the files that tell it. */
class CrashFactsFilesTest {
    private static final Path WRITE_ONLY = Path.of("/sys/bus/platform/uevent");

    private static final PhysicalRange LOW = new PhysicalRange(0xaf000000L, 0xbf000000L);
    private static final PhysicalRange HIGH = new PhysicalRange(0x1af000000L, 0x1bf000000L);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    private CrashFacts read(CrashMachine machine) throws IOException {
        return machine.writeTo(root).read().crash().orElseThrow();
    }

    private void assertMalformed(CrashMachine machine, String message) {
        assertThatThrownBy(() -> read(machine))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void everyFactOfAnX86MachineIsRead() throws IOException {
        assertThat(read(CrashMachine.x86()))
                .isEqualTo(new CrashFacts(
                        List.of(
                                new PhysicalRange(0x1000, 0x9fc00),
                                new PhysicalRange(0x100000, 0xbffe0000L),
                                new PhysicalRange(0x100000000L, 0x1c0000000L)),
                        List.of(),
                        List.of(LOW, HIGH),
                        List.of(),
                        List.of(
                                new CpuNotes(0, true, PhysicalRange.ofSize(0x1bfc3da00L, 368)),
                                new CpuNotes(1, true, PhysicalRange.ofSize(0x1bfcbda00L, 368)),
                                new CpuNotes(2, true, PhysicalRange.ofSize(0x1bfd3da00L, 368))),
                        3,
                        Optional.of(PhysicalRange.ofSize(0x16f9dc000L, 0x1024)),
                        Optional.of(
                                new KernelMapping(0xffffffff9ee00000L, new PhysicalRange(0x16cc00000L, 0x16f830000L))),
                        OptionalLong.of(0xffff8c2340000000L),
                        OptionalLong.of(917616)));
    }

    /** Its kernel has no symbol {@code _text}; kexec-tools then writes a core header that is of no use. */
    @Test
    void everyFactOfAnArm64MachineIsRead() throws IOException {
        assertThat(read(CrashMachine.arm64()))
                .isEqualTo(CrashFacts.builder(
                                List.of(new PhysicalRange(0x40000000, 0x80000000L)),
                                List.of(new PhysicalRange(0x6ac00000, 0x7ac00000)))
                        .cpus(
                                List.of(
                                        new CpuNotes(0, true, PhysicalRange.ofSize(0x7fdb6000, 424)),
                                        new CpuNotes(1, false, PhysicalRange.ofSize(0x7fdd4000, 424))),
                                2)
                        .vmcoreinfo(PhysicalRange.ofSize(0x422f6000, 0x1024))
                        .kernel(new KernelMapping(0xffffc4f680400000L, new PhysicalRange(0x40200000, 0x41ca0000)))
                        .directMapOffset(0xffff666b80000000L)
                        .build());
    }

    @Test
    void aMachineWithoutMemoryForACrashKernelTellsNothing() throws IOException {
        CrashMachine machine = CrashMachine.arm64()
                .replaceIn("proc/iomem", "Crash kernel", "reserved")
                .put("proc/kcore", "no core");
        assertThat(machine.writeTo(root).read().crash()).isEmpty();
    }

    /** As everybody but root sees it. Other images can still be built. */
    @Test
    void aMachineWhoseAddressesAreHiddenTellsNothing() throws IOException {
        CrashMachine machine = CrashMachine.x86()
                .put("proc/iomem", "00000000-00000000 : System RAM\n  00000000-00000000 : Crash kernel\n")
                .put("sys/firmware/memmap/0/start", "0x100000\n")
                .put("sys/firmware/memmap/0/end", "0x3fffffff\n")
                .put("sys/firmware/memmap/0/type", "System RAM\n");
        Target target = machine.writeTo(root).read();
        assertThat(target.crash()).isEmpty();
        assertThat(target.memoryMap().ram()).containsExactly(new PhysicalRange(0x100000, 0x40000000));
    }

    @Test
    void whatIsSetApartIsReadWhereTheFirmwareTellsTheMemory() throws IOException {
        CrashMachine machine = CrashMachine.x86()
                .put("sys/firmware/memmap/0/start", "0x100000\n")
                .put("sys/firmware/memmap/0/end", "0x3fffffff\n")
                .put("sys/firmware/memmap/0/type", "System RAM\n");
        CrashFacts facts = read(machine);
        assertThat(facts.reservations()).containsExactly(LOW, HIGH);
        assertThat(facts.region()).contains(HIGH);
    }

    @Test
    void whatIsMissingIsNotKnown() throws IOException {
        CrashMachine machine = CrashMachine.arm64().remove("proc/kcore").remove("sys/kernel/vmcoreinfo");
        for (String list : List.of("possible", "present", "online")) {
            machine.remove(CrashMachine.CPU + list);
        }
        CrashFacts facts = read(machine);
        assertThat(facts)
                .isEqualTo(CrashFacts.builder(facts.systemRam(), facts.reservations())
                        .build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sys/kernel/vmcoreinfo",
                "sys/devices/system/cpu/present",
                "sys/devices/system/cpu/cpu1/crash_notes",
                "proc/kcore"
            })
    void whatMustNotBeReadIsNotKnown(String name, @TempDir Path copy) throws IOException {
        TargetFiles files = CrashMachine.arm64().writeTo(root);
        makeUnreadable(root.resolve(name));
        CrashFacts facts = files.read().crash().orElseThrow();
        assertThat(facts.cpus().isEmpty()).isEqualTo(name.contains("cpu"));
        assertThat(facts.vmcoreinfo().isEmpty()).isEqualTo(name.endsWith("vmcoreinfo"));
        assertThat(facts.kernel().isEmpty()).isEqualTo(name.endsWith("kcore"));
        files.capture(copy);
        assertThat(TargetFiles.below(copy).read().crash()).contains(facts);
    }

    /** What root must not read either: a file of Linux that can only be written. */
    private static void makeUnreadable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-wx-wx-wx"));
        if (Files.isReadable(file)) {
            assumeTrue(Files.exists(WRITE_ONLY), "root may read everything but " + WRITE_ONLY);
            Files.delete(file);
            Files.createSymbolicLink(file, WRITE_ONLY);
        }
    }

    /** So containers hide files. */
    @Test
    void aDeviceInPlaceOfAFileTellsNothing() throws IOException {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device) && !Files.isRegularFile(device), "no " + device);
        TargetFiles files = CrashMachine.arm64().remove("proc/kcore").writeTo(root);
        Files.createSymbolicLink(root.resolve("proc/kcore"), device);
        CrashFacts facts = files.read().crash().orElseThrow();
        Files.delete(root.resolve("proc/kcore"));
        assertThat(facts.kernel()).isEmpty();
        assertThat(facts.cpus()).hasSize(2);
    }

    @Test
    void aDirectoryInPlaceOfAFileIsRefused() throws IOException {
        TargetFiles files = CrashMachine.arm64().remove("proc/kcore").writeTo(root);
        Files.createDirectory(root.resolve("proc/kcore"));
        assertThatThrownBy(files::read)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("proc/kcore: there must be a file, but this is a directory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"possible", "present", "online", "cpu0/crash_notes", "cpu1/crash_notes", "cpu1/crash_notes_size"
            })
    void cpusAreKnownAllOrNot(String name) throws IOException {
        CrashFacts facts = read(CrashMachine.arm64().remove(CrashMachine.CPU + name));
        assertThat(facts.cpus()).isEmpty();
        assertThat(facts.possibleCpus()).isEqualTo(name.equals("possible") ? 0 : 2);
    }

    @Test
    void aListThatLinuxHasCutOffIsNotKnown() throws IOException {
        String cut = "0,1," + "2".repeat(4092);
        assertThat(read(CrashMachine.arm64().put(CrashMachine.CPU + "online", cut.substring(0, 4095)))
                        .cpus())
                .isEmpty();
    }

    @Test
    void numbersOfCpusHaveGapsAndManyDigits() throws IOException {
        CrashMachine machine = CrashMachine.arm64()
                .cpus("0-3,10000-10003", "1,10002", "10002-10003")
                .notes(10002, "7fde0000", 424);
        CrashFacts facts = read(machine);
        assertThat(facts.possibleCpus()).isEqualTo(8);
        assertThat(facts.cpus())
                .containsExactly(
                        new CpuNotes(1, false, PhysicalRange.ofSize(0x7fdd4000, 424)),
                        new CpuNotes(10002, true, PhysicalRange.ofSize(0x7fde0000, 424)));
    }

    @Test
    void aCpuThatIsThereMustBePossible() {
        assertMalformed(
                CrashMachine.arm64().cpus("0", "0-1", "0"),
                "sys/devices/system/cpu/present: a CPU that is there must be among those in");
    }

    /** In an archive: so many small files take most disks longer than anything else here. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void thousandsOfCpusAreReadInSensibleTime() throws IOException {
        CrashMachine machine = CrashMachine.arm64().cpus("0-8191", "0-8191", "0-8191");
        for (int cpu = 0; cpu < 8192; cpu++) {
            machine.notes(cpu, Integer.toHexString(0x50000000 + cpu * 512), 424);
        }
        try (FileSystem archive = FileSystems.newFileSystem(root.resolve("machine.zip"), Map.of("create", "true"))) {
            TargetFiles files = machine.writeTo(archive.getPath("/machine"));
            CrashFacts facts = files.read().crash().orElseThrow();
            assertThat(facts.cpus()).hasSize(8192).allMatch(CpuNotes::isOnline);
            assertThat(facts.cpus().get(8191).notes()).isEqualTo(PhysicalRange.ofSize(0x503ffe00, 424));
            files.capture(archive.getPath("/copy"));
            assertThat(TargetFiles.below(archive.getPath("/copy")).read().crash())
                    .contains(facts);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 424, must lie in System RAM",
        "3fffffff, 424, must lie in System RAM",
        "7fffff00, 424, must lie in System RAM",
        "ffffffffffffff00, 424, must lie in System RAM",
        "7fdb6000, 31, notes must have 32 to 65536 bytes: 31",
        "7fdb6000, 65537, notes must have 32 to 65536 bytes: 65537",
        "0x7fdb6000, 424, an address must have at most 16 hexadecimal digits",
        "10000000000000000, 424, an address must have",
        "'', 424, an address must have",
        "-1, 424, an address must have",
    })
    void notesThatAreNoneAreRefused(String address, int size, String message) {
        assertMalformed(CrashMachine.arm64().notes(1, address, size), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1", "0x1a8", "1a8", "10000000000"})
    void sizesOfNotesThatAreNoneAreRefused(String size) {
        String name = CrashMachine.CPU + "cpu0/crash_notes_size";
        assertMalformed(CrashMachine.arm64().put(name, size + "\n"), name + ": a number must have");
    }

    @ParameterizedTest
    @CsvSource({"0x422f6000 1024", "422f6000 1024", "00000000422f6000 1024"})
    void vmcoreinfoHasHexadecimalNumbers(String text) throws IOException {
        assertThat(read(CrashMachine.arm64().put("sys/kernel/vmcoreinfo", text + "\n"))
                        .vmcoreinfo())
                .contains(PhysicalRange.ofSize(0x422f6000, 0x1024));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0x422f6000",
                "0x422f6000 0x1024",
                "0x422f6000  1024",
                "0x422f6000 1024 1",
                "0x422f6000 1000000",
                "0x422f6000 0",
                "0x0 1024",
                "0x422f60000 1024",
                "0x7fffffff 1024",
                "0x10000000000000000 1024"
            })
    void vmcoreinfoThatIsNoneIsRefused(String text) {
        assertMalformed(CrashMachine.arm64().put("sys/kernel/vmcoreinfo", text + "\n"), "sys/kernel/vmcoreinfo: ");
    }

    @Test
    void newerKernelsHaveTheirFilesElsewhere() throws IOException {
        CrashMachine machine = CrashMachine.x86()
                .put("sys/kernel/kexec_crash_cma_ranges", "nonsense")
                .put("sys/kernel/kexec/crash_cma_ranges", "20000000-2fffffff\n10000000-1fffffff\n")
                .put("sys/kernel/kexec/crash_elfcorehdr_size", "12345\n");
        CrashFacts facts = read(machine);
        assertThat(facts.cmaRanges())
                .containsExactly(new PhysicalRange(0x10000000, 0x20000000), new PhysicalRange(0x20000000, 0x30000000));
        assertThat(facts.elfcorehdrSize()).hasValue(12345);
    }

    @Test
    void olderKernelsTellRangesOfCmaToo() throws IOException {
        assertThat(read(CrashMachine.arm64().put("sys/kernel/kexec_crash_cma_ranges", "50000000-5fffffff\n"))
                        .cmaRanges())
                .containsExactly(new PhysicalRange(0x50000000, 0x60000000));
        assertThat(read(CrashMachine.arm64().put("sys/kernel/kexec_crash_cma_ranges", ""))
                        .cmaRanges())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "50000000, (line 1)",
        "50000000-, (line 1)",
        "50000000-5fffffff;x, (line 2)",
        "5fffffff-50000000, (line 1)",
        "50000000-4fffffff, (line 1)",
        "50000000-ffffffffffffffff, (line 1)",
        "50000000-80000000, (line 1)",
        "0-0, (line 1)",
        "50000000-5fffffff;50000000-5fffffff, must not overlap",
        "50000000-50ffffff;51000000-51ffffff;52000000-52ffffff;53000000-53ffffff;54000000-54ffffff, at most 4 ranges (line 5)",
    })
    void rangesOfCmaThatAreNoneAreRefused(String lines, String message) {
        assertMalformed(
                CrashMachine.arm64().put("sys/kernel/kexec_crash_cma_ranges", lines.replace(';', '\n') + "\n"),
                message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proc/kcore",
                "proc/kallsyms",
                "sys/kernel/vmcoreinfo",
                "sys/kernel/kexec/crash_cma_ranges",
                "sys/kernel/kexec_crash_cma_ranges",
                "sys/kernel/crash_elfcorehdr_size",
                "sys/devices/system/cpu/cpu7/crash_notes"
            })
    void aCopyIsNotMixedWithAnother(String name, @TempDir Path copy) throws IOException {
        Files.createDirectories(copy.resolve(name).getParent());
        Files.writeString(copy.resolve(name), "of another machine");
        TargetFiles files = CrashMachine.arm64().writeTo(root);
        assertThatThrownBy(() -> files.capture(copy)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(copy.resolve("proc/iomem")).doesNotExist();
    }

    @Test
    void nothingIsCopiedThatNoImageNeeds(@TempDir Path copy) throws IOException {
        CrashMachine machine = CrashMachine.arm64().replaceIn("proc/iomem", "Crash kernel", "reserved");
        machine.writeTo(root).capture(copy);
        assertThat(copy.resolve("proc/iomem")).exists();
        assertThat(copy.resolve("proc/kcore")).doesNotExist();
        assertThat(copy.resolve("sys")).doesNotExist();
    }

    @Test
    void theCoreMustBeThatOfTheMachine() {
        assertThatThrownBy(() -> CrashMachine.arm64().writeTo(root).read(Architecture.X86_64))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("proc/kcore: the machine must be 62");
    }
}
