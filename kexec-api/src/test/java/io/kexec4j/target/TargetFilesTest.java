package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        assertMalformed("images cannot be built for the architecture vax");
        delete("proc/sys");
        assertMalformed("proc/sys/kernel/arch: the file is missing: say which architecture it is");
    }

    @Test
    void theMemoryMapMustBeThere() throws IOException {
        delete("sys/firmware/memmap");
        delete("proc/iomem");
        assertMalformed("proc/iomem: the file is missing, and the memory map is needed");
        write("proc/iomem", "00000000-00000fff : Reserved\n");
        assertMalformed("there must be System RAM");
        write("sys/firmware/memmap/0/start", "0x100000\n");
        assertMalformed("sys/firmware/memmap/0/end: the file is missing");
    }

    @Test
    void aSystabThatIsNoneIsRefused() throws IOException {
        write("sys/firmware/efi/systab", "SMBIOS=0x1\nACPI=oops\n");
        assertMalformed("an address must be hexadecimal: ACPI=oops (line 2)");
        write("sys/firmware/efi/systab", "ACPI=0x12\n");
        assertThat(TargetFiles.below(root).read().acpiRsdp()).hasValue(0x12);
        write("sys/firmware/efi/systab", "SMBIOS=0x1\n");
        assertThat(TargetFiles.below(root).read().acpiRsdp()).isEmpty();
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
