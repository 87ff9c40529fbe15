package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.image.KexecImage;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import io.kexec4j.target.TargetFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kexec-tools, and Linux's own loader for some of them, put segments on top of tables of EFI that the running kernel keeps in what the firmware
 * calls RAM, and do not tell the second kernel to keep off them. With OVMF the memory attributes table ends up in the second
 * kernel's image, which then reads its own code as a table ("memattr: Unexpected EFI Memory Attributes table version").
 */
class EfiTableOverwrittenRegressionTest {
    private static final PhysicalRange TABLE = new PhysicalRange(0x1fff0000, 0x1fff2000);

    @Test
    void tablesOfEfiStayWhereTheyAre(@TempDir Path root) throws IOException {
        Map<String, String> files = Map.of(
                "proc/sys/kernel/arch", "x86_64",
                "sys/firmware/memmap/0/start", "0x100000",
                "sys/firmware/memmap/0/end", "0x1fffffff",
                "sys/firmware/memmap/0/type", "System RAM",
                "sys/firmware/efi/runtime-map/0/type", "0x4",
                "sys/firmware/efi/runtime-map/0/phys_addr", "0x1fff0000",
                "sys/firmware/efi/runtime-map/0/virt_addr", "0xfffffffeffff0000",
                "sys/firmware/efi/runtime-map/0/num_pages", "0x2",
                "sys/firmware/efi/runtime-map/0/attribute", "0x800000000000000f");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue() + "\n");
        }
        Target target = TargetFiles.below(root).read();
        KexecImage image = KexecImageBuilder.forTarget(target)
                .kernel(TinyKernel.read().kernel())
                .build();
        assertThat(image.segments()).noneMatch(segment -> segment.range().overlaps(TABLE));
        assertThat(image.segments())
                .as("some lie right behind and below")
                .anyMatch(segment -> segment.range().start() >= TABLE.end())
                .anyMatch(segment -> segment.range().end() <= TABLE.start());
        assertThat(E820Table.of(target.memoryMap()).regions())
                .anyMatch(
                        region -> region.range().equals(TABLE) && region.type().equals(RegionType.RESERVED));
    }
}
