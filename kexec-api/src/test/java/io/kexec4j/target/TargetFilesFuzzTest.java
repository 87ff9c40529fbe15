package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes in the files of a machine are a machine, or are refused. */
class TargetFilesFuzzTest {
    /** What is missing or there as a whole. */
    private static final List<String> DIRECTORIES = List.of(
            "sys/firmware/memmap", "sys/firmware/efi", "sys/kernel/boot_params/setup_data", "sys/class/graphics");

    /** Files of a sound machine. */
    private static final Map<String, String> FILES = sound();

    /** What the last input has left: to write all files again would take most of the time. */
    private static final Map<String, byte[]> PRESENT = new HashMap<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private static Path root;

    static Stream<byte[]> systabs() {
        return Stream.of("ACPI20=0x7fb7e014\nACPI=0x7fb7e000\nSMBIOS=0x7f9ab000\n", "ACPI=0x0\n", "ACPI20=\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @MethodSource("systabs")
    @FuzzTest
    void anySystab(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            OptionalLong rsdp = EfiSystab.acpiRsdp(text);
            if (rsdp.isPresent()) {
                assertThat(text).contains("ACPI").contains("0x").contains(Long.toHexString(rsdp.getAsLong()));
            }
            assertThat(EfiSystab.smbios(text).orElse(1)).isNotZero();
        } catch (MalformedInputException e) {
            assertThat(e.offset()).isBetween(1L, text.lines().count());
            assertThat(e.getMessage()).hasSizeLessThan(300);
        }
    }

    private static Map<String, String> sound() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("proc/sys/kernel/arch", "x86_64\n");
        files.put("proc/sys/kernel/osrelease", "6.12.1\n");
        files.put("proc/cmdline", "quiet\n");
        files.put("proc/iomem", "1000-fffff : System RAM\n");
        files.put("sys/firmware/memmap/0/start", "0x1000\n");
        files.put("sys/firmware/memmap/0/end", "0x3fffffff\n");
        files.put("sys/firmware/memmap/0/type", "System RAM\n");
        files.put("sys/firmware/efi/systab", "ACPI20=0x10\nSMBIOS=0x20\n");
        files.put("sys/firmware/efi/fw_platform_size", "64\n");
        files.put("sys/firmware/efi/fw_vendor", "0x3f51c818\n");
        files.put("sys/firmware/efi/runtime", "0x3f5ecb98\n");
        files.put("sys/firmware/efi/config_table", "0x3f5ecc98\n");
        files.put("sys/firmware/efi/runtime-map/3/type", "0x5\n");
        files.put("sys/firmware/efi/runtime-map/3/phys_addr", "0x2000\n");
        files.put("sys/firmware/efi/runtime-map/3/virt_addr", "0xfffffffefe5ed000\n");
        files.put("sys/firmware/efi/runtime-map/3/num_pages", "0x10\n");
        files.put("sys/firmware/efi/runtime-map/3/attribute", "0x800000000000000f\n");
        files.put("sys/kernel/boot_params/data", "\0".repeat(4096));
        files.put("sys/kernel/boot_params/setup_data/1/type", "0x2\n");
        files.put("sys/kernel/boot_params/setup_data/1/data", "\u00d0\r\u00fe\u00ed" + "\0".repeat(36));
        files.put("sys/class/graphics/fb0/name", "EFI VGA\n");
        files.put("sys/class/graphics/fb0/virtual_size", "800,600\n");
        files.put("sys/class/graphics/fb0/stride", "3200\n");
        return files;
    }

    /** Each file is as on a sound machine, missing, or holds any bytes. */
    @FuzzTest
    void anyFiles(FuzzedDataProvider data) throws IOException {
        int missing = data.consumeInt(0, (1 << DIRECTORIES.size()) - 1);
        for (Map.Entry<String, String> sound : FILES.entrySet()) {
            String name = sound.getKey();
            int choice = data.consumeInt(0, 7);
            boolean absent = choice == 1;
            for (int i = 0; i < DIRECTORIES.size(); i++) {
                absent |= (missing & 1 << i) != 0 && name.startsWith(DIRECTORIES.get(i) + "/");
            }
            put(name, absent ? Optional.empty() : Optional.of(choice == 2 ? any(data) : bytes(sound.getValue())));
        }
        try {
            Target target = TargetFiles.below(root).read();
            assertThat(target.memoryMap().ram()).isNotEmpty();
        } catch (MalformedInputException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(600);
        }
    }

    private static byte[] any(FuzzedDataProvider data) {
        return data.consumeBytes(data.consumeInt(0, 4096));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Writes or deletes a file, unless it is so already from the time before. */
    private static void put(String name, Optional<byte[]> content) throws IOException {
        Path file = root.resolve(name);
        byte[] before = PRESENT.get(name);
        if (content.isEmpty() && before != null) {
            PRESENT.remove(name);
            delete(file);
        } else if (content.isPresent() && !Arrays.equals(before, content.get())) {
            PRESENT.put(name, content.get());
            Files.createDirectories(file.getParent());
            Files.write(file, content.get());
        }
    }

    /** With the directories that are empty then. */
    private static void delete(Path file) throws IOException {
        Path name = root.relativize(file);
        for (int depth = name.getNameCount(); depth > 0; depth--) {
            try {
                Files.deleteIfExists(root.resolve(name.subpath(0, depth)));
            } catch (DirectoryNotEmptyException e) {
                return;
            }
        }
    }
}
