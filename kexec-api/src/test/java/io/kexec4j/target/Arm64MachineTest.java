package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.image.Architecture;
import io.kexec4j.kernel.Arm64Cpu;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the facts of an arm64 machine come from. */
class Arm64MachineTest {
    private static final PhysicalRange FROM_IOMEM = new PhysicalRange(0x40000000, 0x7ff00000);
    private static final PhysicalRange FROM_TREE = new PhysicalRange(0x40000000, 0x80000000L);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path root;

    private final EditableTree tree = EditableTree.empty();

    @BeforeEach
    void aMachine() throws IOException {
        write("proc/sys/kernel/arch", "aarch64\n");
        write("proc/iomem", "40000000-7fffffff : System RAM\n  7ff00000-7fffffff : reserved\n");
        tree.root().set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(2));
        tree.root().add("chosen");
        tree.root()
                .add("memory@40000000")
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(0x40000000, 0x40000000));
        writeTree("sys/firmware/fdt");
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void writeTree(String name) throws IOException {
        ByteBuffer blob = tree.write();
        byte[] bytes = new byte[blob.remaining()];
        blob.get(bytes);
        write(name, "");
        Files.write(root.resolve(name), bytes);
    }

    private Target read() throws IOException {
        return TargetFiles.below(root).read();
    }

    private void assertMalformed(String message) {
        assertThatThrownBy(this::read)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void iomemIsPreferred() throws IOException {
        assertThat(read().memoryMap().ram()).containsExactly(FROM_IOMEM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00000000-00000000 : System RAM\n  00000000-00000000 : Kernel code\n",
                "0000000000000000-0000000000000000 : System RAM\n"
            })
    void theTreeTellsTheMemoryThatIomemHides(String iomem, @TempDir Path copy) throws IOException {
        write("proc/iomem", iomem);
        assertThat(read().memoryMap().ram()).containsExactly(FROM_TREE);
        TargetFiles.below(root).capture(copy.resolve("x"));
        assertThat(TargetFiles.below(copy.resolve("x")).read()).isEqualTo(read());
    }

    @Test
    void theTreeTellsTheMemoryWithoutIomem() throws IOException {
        Files.delete(root.resolve("proc/iomem"));
        assertThat(read().memoryMap().ram()).containsExactly(FROM_TREE);
        Files.delete(root.resolve("sys/firmware/fdt"));
        assertMalformed("proc/iomem: the file is missing, and the memory map is needed");
        write("proc/iomem", "0-0 : System RAM\n");
        assertMalformed("the addresses must not all be zero");
    }

    @Test
    void aDamagedIomemIsNotReplaced() throws IOException {
        write("proc/iomem", "40000000-7fffffff System RAM\n");
        assertMalformed("/proc/iomem: a line must be START-END : NAME");
    }

    /** u-root takes the memory of an arm64 machine from its tree only, and finds none if UEFI started it. */
    @Test
    void onlyIomemTellsTheMemoryOfAMachineThatUefiStarted() throws IOException {
        tree.node("/memory@40000000").orElseThrow().remove();
        tree.node("/chosen").orElseThrow().set("linux,uefi-system-table", PropertyValue.ofU64(0x7fe00018));
        writeTree("sys/firmware/fdt");
        assertThat(read().memoryMap().ram()).containsExactly(FROM_IOMEM);
        Files.delete(root.resolve("proc/iomem"));
        assertMalformed(
                "UEFI started this machine, and tells its kernel of the memory, not the device tree: /proc/iomem");
    }

    /** On x86, Linux does not look at memory nodes. */
    @Test
    void x86HasNoMemoryInItsTree() throws IOException {
        write("proc/sys/kernel/arch", "x86_64\n");
        write("sys/kernel/boot_params/setup_data/0/type", "0x2\n");
        writeTree("sys/kernel/boot_params/setup_data/0/data");
        Files.delete(root.resolve("proc/iomem"));
        assertMalformed("proc/iomem: the file is missing, and the memory map is needed");
        write("proc/iomem", "0-0 : System RAM\n");
        assertMalformed("the addresses must not all be zero");
    }

    @Test
    void whatTheCpusCanDoIsKnownIfTheyAre(@TempDir Path copy) throws IOException {
        assertThat(read().arm64Cpu()).isEmpty();
        write("proc/cpuinfo", Arm64CoresTest.core(0, 0x41, 0xd08) + "Serial : 10000000abcdef01\n");
        Arm64Cpu cpu = new Arm64Cpu(Set.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN), Set.of(0x1000L, 0x10000L));
        assertThat(read().arm64Cpu()).contains(cpu);
        TargetFiles.below(root).capture(copy.resolve("x"));
        assertThat(copy.resolve("x/proc/cpuinfo")).hasContent("CPU implementer\t: 0x41\nCPU part\t: 0xd08\n");
        assertThat(TargetFiles.below(copy.resolve("x")).read()).isEqualTo(read());
        write("proc/cpuinfo", Arm64CoresTest.core(0, 0x41, 0xd08) + Arm64CoresTest.core(1, 0x41, 0xfff));
        assertThat(read().arm64Cpu()).isEmpty();
    }

    @Test
    void theCpuinfoOfX86HasNoFacts(@TempDir Path copy) throws IOException {
        write("proc/sys/kernel/arch", "x86_64\n");
        write("proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu MHz\t\t: 2600.000\n");
        assertThat(read().arm64Cpu()).isEmpty();
        TargetFiles.below(root).capture(copy.resolve("x"));
        assertThat(copy.resolve("x/proc/cpuinfo")).doesNotExist();
    }

    /** A Cortex-A72 cannot run a kernel with pages of 16 KiB, but one does. */
    @Test
    void aTableThatContradictsTheKernelIsNotBelieved() throws IOException {
        write("proc/cpuinfo", Arm64CoresTest.core(0, 0x41, 0xd08));
        ByteBuffer vector = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        vector.putLong(6).putLong(16384);
        write("proc/self/auxv", "");
        Files.write(root.resolve("proc/self/auxv"), vector.array());
        assertThat(read().pageSize()).isEqualTo(16384);
        assertThat(read().arm64Cpu()).isEmpty();
        vector.putLong(8, 65536);
        Files.write(root.resolve("proc/self/auxv"), vector.array());
        assertThat(read().arm64Cpu()).isPresent();
    }

    @Test
    void aMachineByHandHasCpusThatRunItsKernel() throws IOException {
        Arm64Cpu small = Arm64Cpu.running(ByteOrder.LITTLE_ENDIAN, 4096);
        Target.Builder target =
                Target.builder(Architecture.AARCH64, read().memoryMap()).arm64Cpu(small);
        assertThat(target.build().arm64Cpu()).contains(small);
        assertThatThrownBy(() -> target.pageSize(65536).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the CPUs must have pages of 65536 bytes");
        assertThatThrownBy(() -> target.pageSize(4096)
                        .arm64Cpu(Arm64Cpu.running(ByteOrder.BIG_ENDIAN, 4096))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LITTLE_ENDIAN");
    }
}
