package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Fdt;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.DeviceTreeMemory;
import io.kexec4j.memory.MemoryMap;
import java.io.IOException;
import java.nio.ByteBuffer;
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
            "sys/firmware/memmap",
            "sys/firmware/efi",
            "sys/kernel/boot_params/setup_data",
            "sys/class/graphics",
            "proc/device-tree");

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

    static Stream<byte[]> trees() {
        return Stream.of(tree());
    }

    /** The machine of an arm64 board. */
    private static byte[] tree() {
        EditableTree tree = EditableTree.empty();
        tree.root().set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(1));
        tree.root().add("chosen").set("stdout-path", PropertyValue.ofStrings("/uart@9000:115200"));
        tree.root()
                .add("memory@1000")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofCells(0, 0x1000, 0x100000));
        tree.root()
                .add("reserved-memory")
                .set("#address-cells", PropertyValue.ofCells(2))
                .set("#size-cells", PropertyValue.ofCells(1))
                .set("ranges", PropertyValue.EMPTY)
                .add("a@2000")
                .set("reg", PropertyValue.ofCells(0, 0x2000, 0x1000));
        tree.root()
                .add("uart@9000")
                .set("compatible", PropertyValue.ofStrings("ns16550a"))
                .set("reg-shift", PropertyValue.ofCells(2))
                .set("reg-io-width", PropertyValue.ofCells(4))
                .set("reg", PropertyValue.ofCells(0, 0x9000, 0x1000));
        tree.root()
                .add("psci")
                .set("compatible", PropertyValue.ofStrings("arm,psci-0.2"))
                .set("method", PropertyValue.ofStrings("smc"));
        tree.reserve(new MemoryReservation(0x8000, 0x1000));
        ByteBuffer blob = tree.write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        return bytes;
    }

    @MethodSource("trees")
    @FuzzTest
    void anyDeviceTree(byte[] bytes) {
        Fdt tree;
        try {
            tree = Fdt.read(ByteBuffer.wrap(bytes));
        } catch (FdtException e) {
            return;
        }
        DeviceTreeFacts.console(tree)
                .ifPresent(uart -> assertThat(uart.address()).isNotZero());
        if (DeviceTreeFacts.psciConduit(tree).isPresent()) {
            assertThat(tree.nodesWith("method")).isNotEmpty();
        }
        try {
            MemoryMap map = DeviceTreeMemory.parse(tree);
            assertThat(map.regions()).isNotEmpty();
        } catch (MalformedInputException e) {
            assertThat(e.getMessage()).startsWith("memory in the device tree: ").hasSizeLessThan(600);
        }
    }

    static Stream<byte[]> cpus() {
        return Stream.of(bytes("processor : 0\nCPU implementer : 0x41\nCPU part : 0xd08\n"));
    }

    @MethodSource("cpus")
    @FuzzTest
    void anyCpuinfo(byte[] bytes) {
        String text = text(bytes);
        Optional<String> facts = Arm64Cores.factsOnly(text);
        assertThat(facts.flatMap(Arm64Cores::parse)).isEqualTo(Arm64Cores.parse(text));
        assertThat(facts.flatMap(Arm64Cores::factsOnly)).isEqualTo(facts);
    }

    static Stream<byte[]> vectors() {
        return Stream.of(bytes(FILES.getOrDefault("proc/self/auxv", "")));
    }

    @MethodSource("vectors")
    @FuzzTest
    void anyAuxiliaryVector(byte[] bytes) throws MalformedInputException {
        AuxiliaryVector vector;
        try {
            vector = AuxiliaryVector.parse(bytes);
        } catch (MalformedInputException e) {
            assertThat(e).hasMessageStartingWith("proc/self/auxv: there must be pairs");
            return;
        }
        assertThat(vector.pageSize()).isBetween(4096L, 65536L);
        assertThat(AuxiliaryVector.parse(vector.factsOnly()).pageSize()).isEqualTo(vector.pageSize());
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
        files.put("sys/kernel/boot_params/setup_data/1/data", text(tree()));
        files.put("sys/firmware/fdt", text(tree()));
        files.put("proc/device-tree/#address-cells", "\0\0\0\1");
        files.put("proc/device-tree/#size-cells", "\0\0\0\1");
        files.put("proc/device-tree/memory@1000/device_type", "memory\0");
        files.put("proc/device-tree/memory@1000/reg", "\0\0\20\0\0\20\0\0");
        files.put("proc/device-tree/reserved-memory/#address-cells", "\0\0\0\1");
        files.put("proc/device-tree/reserved-memory/#size-cells", "\0\0\0\1");
        files.put("proc/device-tree/reserved-memory/ranges", "");
        files.put("proc/device-tree/reserved-memory/a@2000/reg", "\0\0\40\0\0\0\20\0");
        files.put("proc/device-tree/chosen/stdout-path", "/uart\0");
        files.put("proc/self/auxv", "\6" + "\0".repeat(8) + "\20" + "\0".repeat(22));
        files.put("proc/cpuinfo", "CPU implementer\t: 0x41\nCPU part\t: 0xd08\n");
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
            TargetFiles files = TargetFiles.below(root);
            Target target = data.consumeBoolean() ? files.read() : files.read(Architecture.AARCH64);
            assertThat(target.memoryMap().ram()).isNotEmpty();
            assertThat(target.pageSize()).isBetween(4096L, 65536L);
        } catch (MalformedInputException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(600);
        }
    }

    private static byte[] any(FuzzedDataProvider data) {
        return data.consumeBytes(data.consumeInt(0, 4096));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
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
