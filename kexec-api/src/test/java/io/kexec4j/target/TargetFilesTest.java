package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetFilesTest {
    private static final PhysicalRange FROM_MEMMAP = new PhysicalRange(0x100000, 0x40000000);
    private static final PhysicalRange FROM_IOMEM = new PhysicalRange(0x100000, 0x3ffe0000);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    @BeforeEach
    void aMachine() throws IOException {
        write("proc/sys/kernel/arch", "x86_64\n");
        write("proc/sys/kernel/osrelease", "6.12.1\n");
        write("proc/cmdline", "root=/dev/vda console=ttyS0\n");
        write(
                "proc/iomem",
                "00000000-00000fff : Reserved\n00100000-3ffdffff : System RAM\n  01000000-01ffffff : Kernel code\n");
        write("sys/firmware/memmap/0/start", "0x100000\n");
        write("sys/firmware/memmap/0/end", "0x3fffffff\n");
        write("sys/firmware/memmap/0/type", "System RAM\n");
        write("sys/firmware/efi/systab", "ACPI20=0x7fb7e014\nACPI=0x7fb7e000\nSMBIOS=0x7f9ab000\n");
        Files.createDirectories(root.resolve("sys/kernel/boot_params"));
        Files.write(root.resolve("sys/kernel/boot_params/data"), new byte[4096]);
    }

    @Test
    void everyFactIsRead() throws IOException {
        Target target = TargetFiles.below(root).read();
        assertThat(target.architecture()).isEqualTo(Architecture.X86_64);
        assertThat(target.pageSize()).isEqualTo(4096);
        assertThat(target.kernelRelease()).contains("6.12.1");
        assertThat(target.commandLine()).isEqualTo("root=/dev/vda console=ttyS0");
        assertThat(target.memoryMap().ram()).containsExactly(FROM_MEMMAP);
        assertThat(target.bootParams().map(Content::size)).contains(4096L);
        assertThat(target.acpiRsdp()).hasValue(0x7fb7e014L);
    }

    @Test
    void iomemIsReadWhereTheFirmwareTellsNothing() throws IOException {
        delete("sys/firmware/memmap");
        assertThat(TargetFiles.below(root).read().memoryMap().ram()).containsExactly(FROM_IOMEM);
    }

    @Test
    void iomemIsReadWhereEfiAddedToTheMemoryMap() throws IOException {
        write("proc/cmdline", "root=/dev/vda add_efi_memmap quiet\n");
        assertThat(TargetFiles.below(root).read().memoryMap().ram()).containsExactly(FROM_IOMEM);
    }

    @Test
    void onlyTheMemoryMapIsNeeded() throws IOException {
        for (String file :
                List.of("proc/sys", "proc/cmdline", "proc/iomem", "sys/firmware/efi", "sys/kernel/boot_params")) {
            delete(file);
        }
        Target target = TargetFiles.below(root).read(Architecture.X86_64);
        assertThat(target.commandLine()).isEmpty();
        assertThat(target.kernelRelease()).isEmpty();
        assertThat(target.bootParams()).isEmpty();
        assertThat(target.acpiRsdp()).isEmpty();
    }

    @Test
    void aCapturedDirectoryGivesTheSameMachine(@TempDir Path copy) throws IOException {
        TargetFiles.below(root).capture(copy.resolve("machine"));
        Target original = TargetFiles.below(root).read();
        Target captured = TargetFiles.below(copy.resolve("machine")).read();
        assertThat(captured).isEqualTo(original);
        assertThat(files(copy.resolve("machine"))).isEqualTo(files(root));
    }

    @Test
    void theArchitectureMustBeKnown() throws IOException {
        write("proc/sys/kernel/arch", "vax\n");
        assertMalformed("images cannot be built for the architecture \"vax\"");
        delete("proc/sys");
        assertMalformed("proc/sys/kernel/arch: the file is missing: say which architecture it is");
    }

    @Test
    void theMemoryMapMustBeThere() throws IOException {
        delete("sys/firmware/memmap");
        delete("proc/iomem");
        assertMalformed("proc/iomem: the file is missing, and the memory map is needed");
        write("proc/iomem", "00000000-00000fff : Reserved\n");
        assertMalformed("proc/iomem: there must be System RAM");
        write("sys/firmware/memmap/0/start", "0x100000\n");
        assertMalformed("sys/firmware/memmap/0/end: the file is missing");
    }

    @Test
    void aSystabThatIsNoneIsRefused() throws IOException {
        write("sys/firmware/efi/systab", "SMBIOS=0x1\nACPI=oops\n");
        assertMalformed("an address must be 0x and at most 16 hexadecimal digits: \"ACPI=oops\" (line 2)");
        write("sys/firmware/efi/systab", "ACPI=0x12\n");
        assertThat(TargetFiles.below(root).read().acpiRsdp()).hasValue(0x12);
        write("sys/firmware/efi/systab", "SMBIOS=0x1\n");
        assertThat(TargetFiles.below(root).read().acpiRsdp()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "12", "0X12", "0x+12", "-0x12", "0x1G", "0x12 ", " 0x12", "0x10000000000000000"})
    void whatIsNoAddressOfTheSystabIsRefused(String address) throws IOException {
        write("sys/firmware/efi/systab", "ACPI20=" + address + "\nACPI=0x12\n");
        assertMalformed("/sys/firmware/efi/systab: an address must be 0x");
    }

    @Test
    void anAddressOfZeroIsNone() throws IOException {
        write("sys/firmware/efi/systab", "ACPI20=0x0\n");
        assertThat(TargetFiles.below(root).read().acpiRsdp()).isEmpty();
        write("sys/firmware/efi/systab", "ACPI20=0x0\nACPI=0xf59d0\n");
        assertThat(TargetFiles.below(root).read().acpiRsdp()).hasValue(0xf59d0);
        write("sys/firmware/efi/systab", "ACPI=0x0\n");
        assertThat(TargetFiles.below(root).read().acpiRsdp()).isEmpty();
    }

    @Test
    void aMessageDoesNotGrowWithItsInput() throws IOException {
        String endless = "z".repeat(100_000);
        write("sys/firmware/efi/systab", "ACPI=" + endless);
        assertShort();
        write("proc/sys/kernel/arch", endless);
        assertShort();
        write("proc/sys/kernel/arch", "x86_64");
        for (int i = 1; i <= 2; i++) {
            memmap("" + i, "0x0", "0xfff", endless);
        }
        assertShort();
    }

    @Test
    void theCommandLineIsUtf8() throws IOException {
        write("proc/cmdline", "root=/dev/vda name=Gr\u00fc\u00dfe-\ud83d\ude00\n");
        Target target = TargetFiles.below(root).read();
        assertThat(target.commandLine()).isEqualTo("root=/dev/vda name=Gr\u00fc\u00dfe-\ud83d\ude00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"e4", "80", "c3", "eda080", "c080", "f09f98", "ff"})
    void aCommandLineThatIsNotUtf8SaysSoAndKeepsNoMachineFromBeingRead(String hex) throws IOException {
        byte[] bytes = HexFormat.of().parseHex("6e616d653d" + hex); // "name=" and what is not UTF-8
        Files.write(root.resolve("proc/cmdline"), bytes);
        assertThat(TargetFiles.below(root).read().commandLine()).startsWith("name=\ufffd");
    }

    @Test
    void bootParamsHave4096Bytes() throws IOException {
        for (int size : new int[] {0, 4095, 4097}) {
            Files.write(root.resolve("sys/kernel/boot_params/data"), new byte[size]);
            assertMalformed("sys/kernel/boot_params/data: the file must have 4096 bytes, has " + size);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proc/sys/kernel/arch",
                "proc/sys/kernel/osrelease",
                "proc/cmdline",
                "sys/firmware/memmap/0/end",
                "sys/kernel/boot_params/data",
                "sys/firmware/efi/systab"
            })
    void aDirectoryInPlaceOfAFileIsNamed(String name, @TempDir Path copy) throws IOException {
        Files.delete(root.resolve(name));
        Files.createDirectory(root.resolve(name));
        assertMalformed(name + ": there must be a file, but this is a directory");
        assertThatThrownBy(() -> TargetFiles.below(root).capture(copy))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(name);
        assertThat(copy).isEmptyDirectory();
    }

    @Test
    void memmapDirectoriesAreNamedInErrors() throws IOException {
        for (int i = 1; i <= 11; i++) {
            memmap(
                    "" + i,
                    "0x%x".formatted(0x40000000L + i * 0x1000L),
                    "0x%x".formatted(0x40000fffL + i * 0x1000L),
                    "x");
        }
        assertThat(TargetFiles.below(root).read().memoryMap().regions()).hasSize(12);
        memmap("2", "0x40002000", "oops", "Reserved");
        assertMalformed("/sys/firmware/memmap/2: the end must be");
        memmap("2", "0x40002000", "0x40003000", "Reserved");
        assertMalformed("/sys/firmware/memmap/3: ");
        assertMalformed("must not overlap entry 2, ");
    }

    @ParameterizedTest
    @CsvSource({
        "0x3ffff000, 0x40000fff, must not overlap entry 0",
        "0x200000, 0x2fffff, must not overlap entry 0",
        "0x100000, 0x3fffffff, must not overlap",
        "0x50000000, 0x4fffffff, must not end before its start",
        "0xffffffffffff0000, 0xffffffffffffffff, last byte of the address space",
        "0xffffffffffff0000, 0xfff, must not end before its start",
        "0x0, 0x10000000000000000, at most 16",
    })
    void aFirmwareMapThatIsNoneIsRefused(String start, String end, String message) throws IOException {
        memmap("1", start, end, "Reserved");
        assertMalformed(message);
    }

    @ParameterizedTest
    @CsvSource({
        "'1000-1fff : System RAM,1fff-2fff : System RAM', must not overlap",
        "'3000-3fff : System RAM,1000-1fff : System RAM', must ascend",
        "'1000-fff : System RAM,2000-2fff : x', must not end before its start",
        "'1000-ffffffffffffffff : System RAM,x', START-END",
        "'1000-1fff : System RAM,2000-ffffffffffffffff : x', last byte of the address space",
    })
    void anIomemThatIsNoneIsRefused(String lines, String message) throws IOException {
        delete("sys/firmware/memmap");
        write("proc/iomem", lines.replace(',', '\n'));
        assertMalformed(message);
    }

    @Test
    void gapsAreNoMemory() throws IOException {
        memmap("10", "0x100000000", "0x13fffffff", "System RAM");
        memmap("2", "0x0", "0x9ffff", "System RAM");
        assertThat(TargetFiles.below(root).read().memoryMap().ram())
                .containsExactly(
                        new PhysicalRange(0, 0xa0000), FROM_MEMMAP, new PhysicalRange(0x100000000L, 0x140000000L));
    }

    @Test
    void theMapWithoutRamIsNamed() throws IOException {
        memmap("0", "0x100000", "0x3fffffff", "Reserved");
        assertMalformed("sys/firmware/memmap: there must be System RAM");
        write("proc/cmdline", "add_efi_memmap\n");
        write("proc/iomem", "00100000-3ffdffff : Reserved\n");
        assertMalformed("proc/iomem: there must be System RAM");
    }

    @Test
    void aCaptureIsNotMixedWithAnother(@TempDir Path copy) throws IOException {
        memmap("1", "0x50000000", "0x5fffffff", "System RAM");
        TargetFiles.below(root).capture(copy);
        delete("sys/firmware/memmap/1");
        assertThatThrownBy(() -> TargetFiles.below(root).capture(copy))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("choose an empty directory");
        assertThat(TargetFiles.below(copy).read().memoryMap().ram()).hasSize(2);
        assertThatThrownBy(() -> TargetFiles.below(root).capture(root)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"proc/iomem", "sys/firmware/memmap/7/start", "sys/firmware/efi/systab"})
    void oneFileOfAnotherCaptureIsEnoughToRefuse(String name, @TempDir Path copy) throws IOException {
        Path file = copy.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "of another machine");
        assertThatThrownBy(() -> TargetFiles.below(root).capture(copy)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(files(copy)).containsExactly(name);
        assertThat(file).hasContent("of another machine");
    }

    @Test
    void otherFilesAreNoHindrance(@TempDir Path copy) throws IOException {
        Files.writeString(copy.resolve("notes.txt"), "the board under the desk");
        TargetFiles.below(root).capture(copy);
        assertThat(TargetFiles.below(copy).read())
                .isEqualTo(TargetFiles.below(root).read());
    }

    /** Before Linux 6.1 there is no file that tells it. */
    @Test
    void aCopyTellsTheArchitectureThatTheFilesDoNotTell(@TempDir Path copy) throws IOException {
        delete("proc/sys/kernel/arch");
        TargetFiles files = TargetFiles.below(root, "amd64");
        assertThat(files.read().architecture()).isEqualTo(Architecture.X86_64);
        files.capture(copy);
        assertThat(copy.resolve("proc/sys/kernel/arch")).hasContent("x86_64\n");
        assertThat(TargetFiles.below(copy).read()).isEqualTo(files.read());
    }

    @Test
    void theFileThatTellsTheArchitectureCountsMore(@TempDir Path copy) throws IOException {
        TargetFiles files = TargetFiles.below(root, "vax");
        assertThat(files.read().architecture()).isEqualTo(Architecture.X86_64);
        files.capture(copy);
        assertThat(TargetFiles.below(copy).read()).isEqualTo(files.read());
    }

    private void assertShort() {
        assertThatThrownBy(() -> TargetFiles.below(root).read())
                .isInstanceOf(MalformedInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    private void memmap(String name, String start, String end, String type) throws IOException {
        write("sys/firmware/memmap/" + name + "/start", start + "\n");
        write("sys/firmware/memmap/" + name + "/end", end + "\n");
        write("sys/firmware/memmap/" + name + "/type", type + "\n");
    }

    private void assertMalformed(String message) {
        assertThatThrownBy(() -> TargetFiles.below(root).read())
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(message);
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void delete(String name) throws IOException {
        try (Stream<Path> below = Files.walk(root.resolve(name))) {
            for (Path path : below.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static List<String> files(Path directory) throws IOException {
        try (Stream<Path> below = Files.walk(directory)) {
            return below.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
