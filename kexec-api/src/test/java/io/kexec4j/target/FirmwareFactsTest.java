package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** EFI, the framebuffer, the device tree and IMA, from the files that tell of them. */
class FirmwareFactsTest {
    private static final EfiRuntimeRegion CODE =
            new EfiRuntimeRegion(5, 0x3f5ed000, 0xfffffffefe5ed000L, 0x100, 0x800000000000000fL);
    private static final EfiRuntimeRegion DATA =
            new EfiRuntimeRegion(6, 0x3eabb000, 0xfffffffefeabb000L, 0xc1, 0x800000000000000fL);
    private static final byte[] TREE = tree(1);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    @BeforeEach
    void aMachineWithEfi() throws IOException {
        write("proc/sys/kernel/arch", "x86_64\n");
        write("proc/iomem", "00100000-3ffdffff : System RAM\n");
        write("sys/firmware/efi/fw_platform_size", "64\n");
        write("sys/firmware/efi/fw_vendor", "0x3f51c818\n");
        write("sys/firmware/efi/runtime", "0x3f5ecb98\n");
        write("sys/firmware/efi/config_table", "0x3f5ecc98\n");
        write("sys/firmware/efi/systab", "ACPI20=0x3f77e014\nACPI=0x3f77e000\nSMBIOS3=0x3f516000\nSMBIOS=0x3f518000\n");
        region(2, DATA);
        region(10, CODE);
    }

    private Target read() throws IOException {
        return TargetFiles.below(root).read();
    }

    @Test
    void everyFactOfEfiIsReadAndRegionsComeByTheirNumbers() throws IOException {
        assertThat(read().efi())
                .contains(new EfiFacts(
                        OptionalInt.of(64),
                        OptionalLong.of(0x3f51c818),
                        OptionalLong.of(0x3f5ecb98),
                        OptionalLong.of(0x3f5ecc98),
                        OptionalLong.of(0x3f518000),
                        List.of(DATA, CODE)));
        assertThat(read().acpiRsdp()).hasValue(0x3f77e014);
    }

    @Test
    void theEntryPointOfSmbios3IsAnotherTable() throws IOException {
        write("sys/firmware/efi/systab", "SMBIOS3=0x3f516000\n");
        assertThat(read().efi().orElseThrow().smbios()).isEmpty();
    }

    /** kexec-tools and Linux put segments there: the next kernel then finds no table, or worse, believes that it finds one. */
    @Test
    void ramInWhichATableOfEfiLiesIsReserved() throws IOException {
        region(3, new EfiRuntimeRegion(4, 0x3c9e9000, 0xfffffffefc9e9000L, 2, 0x800000000000000fL));
        region(4, new EfiRuntimeRegion(4, 0x3c9ea000, 0xfffffffefc9ea000L, 2, 0x800000000000000fL));
        region(5, new EfiRuntimeRegion(4, 0x20000000, 0xfffffffec0000000L, 1, 0xf));
        region(6, new EfiRuntimeRegion(11, -4096, 0xfffffffec0000000L, 1, 0x800000000000000fL));
        write("proc/iomem", "00100000-3ffdffff : System RAM\n50000000-50000fff : Reserved\n");
        assertThat(read().memoryMap().regions())
                .containsExactly(
                        ram(0x100000, 0x3c9e9000),
                        reserved(0x3c9e9000, 0x3c9eb000),
                        reserved(0x3c9eb000, 0x3c9ec000),
                        ram(0x3c9ec000, 0x3eabb000),
                        reserved(0x3eabb000, 0x3eb7c000),
                        ram(0x3eb7c000, 0x3f5ed000),
                        reserved(0x3f5ed000, 0x3f6ed000),
                        ram(0x3f6ed000, 0x3ffe0000),
                        reserved(0x50000000, 0x50001000));
    }

    @ParameterizedTest
    @CsvSource({"0x100000, 0x3fee0", "0x0, 0x100000", "0x0, 0xfffffffffffff"})
    void someRamMustBeLeft(String start, String pages) throws IOException {
        write("sys/firmware/efi/runtime-map/2/phys_addr", start);
        write("sys/firmware/efi/runtime-map/2/num_pages", pages);
        assertMalformed("sys/firmware/efi/runtime-map: there must be System RAM besides what EFI uses");
    }

    private static MemoryRegion ram(long start, long end) {
        return new MemoryRegion(new PhysicalRange(start, end), RegionType.RAM);
    }

    private static MemoryRegion reserved(long start, long end) {
        return new MemoryRegion(new PhysicalRange(start, end), RegionType.RESERVED);
    }

    @Test
    void aMachineWithoutEfiHasNone() throws IOException {
        deleteAll(root.resolve("sys"));
        Target target = read();
        assertThat(target.efi()).isEmpty();
        assertThat(target.framebuffer()).isEmpty();
        assertThat(target.deviceTree()).isEmpty();
        assertThat(target.imaMeasurements()).isEmpty();
    }

    @Test
    void aKernelWithoutRuntimeServicesStillTellsOfEfi() throws IOException {
        for (String name : List.of("runtime-map", "fw_vendor", "runtime", "config_table", "fw_platform_size")) {
            deleteAll(root.resolve("sys/firmware/efi").resolve(name));
        }
        assertThat(read().efi()).contains(EfiFacts.builder().smbios(0x3f518000).build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x0", "0xffffffffffffffff"})
    void whatLinuxWritesForNoAddressIsNone(String none) throws IOException {
        write("sys/firmware/efi/fw_vendor", none);
        assertThat(read().efi().orElseThrow().fwVendor()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "fw_vendor, ''",
        "fw_vendor, 12",
        "runtime, 0x",
        "runtime, -0x1",
        "config_table, 0x1g",
        "config_table, 0x10000000000000000",
        "fw_platform_size, 16",
        "fw_platform_size, ''",
        "fw_platform_size, 0x40",
        "runtime-map/2/type, 5",
        "runtime-map/2/phys_addr, oops",
        "runtime-map/2/virt_addr, 0x",
        "runtime-map/2/num_pages, -1",
        "runtime-map/2/attribute, 0xzz",
    })
    void textThatIsNoNumberIsRefusedWithItsFile(String file, String text) throws IOException {
        write("sys/firmware/efi/" + file, text);
        assertMalformed("sys/firmware/efi/" + file);
    }

    @ParameterizedTest
    @CsvSource({
        "type, 0x100000000, a type has 32 bits",
        "phys_addr, 0x3eabb001, must begin at a page",
        "phys_addr, 0xffffffffffffe000, 1 to 0x2 pages",
        "num_pages, 0x0, must have 1 to",
        "num_pages, 0xffffffffffffffff, must have 1 to",
        "num_pages, 0xffffffffc1546, 'must have 1 to 0xffffffffc1545 pages'",
    })
    void aRegionThatNoMachineHasIsRefused(String file, String text, String rule) throws IOException {
        write("sys/firmware/efi/runtime-map/2/" + file, text);
        assertMalformed("sys/firmware/efi/runtime-map/2: ");
        assertMalformed(rule);
    }

    @Test
    void aRegionMayReachTheLastAddress() throws IOException {
        write("sys/firmware/efi/runtime-map/2/num_pages", "0xffffffffc1545");
        assertThat(read().efi().orElseThrow().runtimeMap()).hasSize(2);
    }

    @Test
    void aRegionWithAFileMissingIsRefused() throws IOException {
        Files.delete(root.resolve("sys/firmware/efi/runtime-map/2/virt_addr"));
        assertMalformed("sys/firmware/efi/runtime-map/2/virt_addr: the file is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "0x1", "1 ", "9999999999", "\u0661"})
    void aRegionHasANumber(String name) throws IOException {
        write("sys/firmware/efi/runtime-map/" + name + "/type", "0x5\n");
        assertMalformed("sys/firmware/efi/runtime-map: the name of an entry must be a number: \"" + name);
    }

    @Test
    void thereAreNoMoreRegionsThanAnyFirmwareHas() throws IOException {
        for (int i = 0; i <= EfiFacts.MAX_REGIONS; i++) {
            Files.createDirectories(root.resolve("sys/firmware/efi/runtime-map/" + i));
        }
        assertMalformed("sys/firmware/efi/runtime-map: the directory must have at most 4096 entries, has 4097");
        List<EfiRuntimeRegion> many = Collections.nCopies(EfiFacts.MAX_REGIONS + 1, CODE);
        assertThatThrownBy(() -> EfiFacts.builder().runtimeMap(many).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 4096 regions, has 4097");
    }

    @Test
    void factsByHandAreChecked() {
        assertThatThrownBy(() -> EfiFacts.builder().platformBits(16).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("EFI has 32 or 64 bits, not 16");
        assertThatThrownBy(() -> EfiFacts.builder().configTable(0).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an address of EFI must not be 0");
        assertThatThrownBy(() -> new EfiRuntimeRegion(-1, 0, 0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FramebufferFacts("x", -1, 0, 0, true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theFramebufferTellsWhatIsOnTheScreen() throws IOException {
        framebuffer("EFI VGA\n", "1024,768\n", "4096\n");
        assertThat(read().framebuffer()).contains(new FramebufferFacts("EFI VGA", 1024, 768, 4096, false));
        write("sys/bus/platform/devices/efi-framebuffer.0/modalias", "platform:efi-framebuffer\n");
        assertThat(read().framebuffer()).contains(new FramebufferFacts("EFI VGA", 1024, 768, 4096, true));
    }

    @ParameterizedTest
    @CsvSource({
        "'1024', 4096, virtual_size",
        "'1024,', 4096, virtual_size",
        "'1024,768,3', 4096, virtual_size",
        "'-1,768', 4096, virtual_size",
        "'1024,768', '', stride",
        "'1024,768', 9999999999, stride",
    })
    void aFramebufferThatIsNoneIsRefused(String size, String stride, String file) throws IOException {
        framebuffer("EFI VGA", size, stride);
        assertMalformed("sys/class/graphics/fb0/" + file);
    }

    @Test
    void theNameOfADriverDoesNotGrowWithItsInput() throws IOException {
        framebuffer("z".repeat(100_000), "1,1", "1");
        assertThat(read().framebuffer().orElseThrow().driver()).hasSizeLessThan(100);
    }

    @Test
    void theDeviceTreeOfTheRunningKernelIsRead() throws IOException {
        write("sys/kernel/boot_params/setup_data/0/type", "0x9\n");
        write("sys/kernel/boot_params/setup_data/0/data", "");
        assertThat(read().deviceTree()).isEmpty();
        write("sys/kernel/boot_params/setup_data/1/type", "0x2\n");
        Files.write(root.resolve("sys/kernel/boot_params/setup_data/1/data"), TREE);
        assertThat(read().deviceTree()).contains(Content.of(TREE));
        byte[] preferred = tree(2);
        Files.write(root.resolve("sys/firmware/fdt"), preferred);
        assertThat(read().deviceTree()).contains(Content.of(preferred));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 39})
    void aDeviceTreeThatIsNoneIsRefused(int size) throws IOException {
        Files.write(root.resolve("sys/firmware/fdt"), Arrays.copyOf(TREE, size));
        assertMalformed("sys/firmware/fdt: ");
        Files.write(root.resolve("sys/firmware/fdt"), new byte[40]);
        assertMalformed("sys/firmware/fdt: ");
    }

    @Test
    void theSizeOfImasLogIsRead() throws IOException {
        String file = "sys/kernel/security/integrity/ima/runtime_measurements_count";
        write(file, "1234\n");
        assertThat(read().imaMeasurements()).hasValue(1234);
        write(file, "many\n");
        assertMalformed(file);
    }

    @Test
    void aCaptureHasAllOfIt(@TempDir Path copy) throws IOException {
        framebuffer("EFI VGA\n", "1024,768\n", "4096\n");
        write("sys/bus/platform/devices/simple-framebuffer.0/modalias", "platform:simple-framebuffer\n");
        write("sys/kernel/boot_params/setup_data/1/type", "0x2\n");
        Files.write(root.resolve("sys/kernel/boot_params/setup_data/1/data"), TREE);
        write("sys/kernel/security/integrity/ima/runtime_measurements_count", "7\n");
        TargetFiles.below(root).capture(copy);
        Target captured = TargetFiles.below(copy).read();
        assertThat(captured).isEqualTo(read());
        assertThat(captured.deviceTree()).isPresent();
        assertThat(captured.efi().map(EfiFacts::runtimeMap)).contains(List.of(DATA, CODE));
        assertThat(captured.framebuffer().map(FramebufferFacts::firmware)).contains(true);
    }

    @Test
    void aBuilderSetsEachFact() throws IOException {
        EfiFacts efi = EfiFacts.builder().platformBits(32).build();
        FramebufferFacts framebuffer = new FramebufferFacts("i915drmfb", 1, 2, 3, false);
        Target target = Target.builder(Architecture.X86_64, read().memoryMap())
                .efi(efi)
                .framebuffer(framebuffer)
                .deviceTree(Content.of(TREE))
                .imaMeasurements(3)
                .build();
        assertThat(target.efi()).isEqualTo(Optional.of(efi));
        assertThat(target.framebuffer()).contains(framebuffer);
        assertThat(target.deviceTree()).contains(Content.of(TREE));
        assertThat(target.imaMeasurements()).hasValue(3);
    }

    private static byte[] tree(int version) {
        EditableTree tree = EditableTree.empty();
        tree.root().set("version", PropertyValue.ofCells(version));
        ByteBuffer blob = tree.write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        return bytes;
    }

    private void region(int number, EfiRuntimeRegion region) throws IOException {
        String directory = "sys/firmware/efi/runtime-map/" + number + "/";
        write(directory + "type", "0x%x\n".formatted(region.type()));
        write(directory + "phys_addr", "0x%x\n".formatted(region.physicalAddress()));
        write(directory + "virt_addr", "0x%x\n".formatted(region.virtualAddress()));
        write(directory + "num_pages", "0x%x\n".formatted(region.pages()));
        write(directory + "attribute", "0x%x\n".formatted(region.attribute()));
    }

    private void framebuffer(String driver, String size, String stride) throws IOException {
        write("sys/class/graphics/fb0/name", driver);
        write("sys/class/graphics/fb0/virtual_size", size);
        write("sys/class/graphics/fb0/stride", stride);
    }

    private void assertMalformed(String message) {
        assertThatThrownBy(this::read)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void deleteAll(Path path) throws IOException {
        try (var below = Files.walk(path)) {
            for (Path file : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
