package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.Property;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.memory.PhysicalRange;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PowerFactsTest {
    private static final long GIB = 1L << 30;

    private EditableTree tree = PowerTrees.guest();

    private PowerFacts read() throws MalformedInputException {
        PowerFacts facts = PowerFacts.read(tree);
        assertThat(PowerFacts.read(tree.flatten())).isEqualTo(facts);
        return facts;
    }

    private EditableNode node(String path) {
        return tree.node(path).orElseThrow();
    }

    private EditableNode cpu() {
        return node("/cpus/PowerPC,POWER9@0");
    }

    private void memory(long... reg) {
        node("/memory@0").set("reg", PropertyValue.ofU64(reg));
    }

    @Test
    void ofAGuest() throws MalformedInputException {
        assertThat(read())
                .isEqualTo(PowerFacts.builder()
                        .kernelEnd(0x287_f000)
                        .rtas(PhysicalRange.ofSize(0x2fff_f000, 0x82c))
                        .crashKernel(PhysicalRange.ofSize(0x2000_0000, 0x1000_0000))
                        .initrd(new PhysicalRange(0x2c9_0000, 0x602_c800))
                        .realModeEnd(4 * GIB)
                        .build());
        assertThat(read().untouchable())
                .containsExactly(new PhysicalRange(0, 0x287_f000), PhysicalRange.ofSize(0x2fff_f000, 0x82c));
    }

    @Test
    void howRtasStartsTheMachineAnew() throws MalformedInputException {
        node("/rtas").set("linux,rtas-entry", PropertyValue.ofCells(0x2fff_f000));
        assertThat(read().systemReboot()).isEmpty();
        node("/rtas").set("system-reboot", PropertyValue.ofCells(0x2004));
        assertThat(read().systemReboot()).contains(new PowerFacts.RtasCall(0x2fff_f000, 0x2004));
        node("/rtas").set("system-reboot", PropertyValue.ofU64(0x2004));
        assertThatThrownBy(this::read)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("at /rtas, system-reboot");
    }

    @Test
    void ofAMachineWithoutAHypervisor() throws MalformedInputException {
        tree = PowerTrees.bareMetal();
        assertThat(read())
                .isEqualTo(PowerFacts.builder()
                        .kernelEnd(0x287_f000)
                        .hashTable(PhysicalRange.ofSize(0x8000_0000L, 0x200_0000))
                        .opal(new PowerFacts.Opal(PhysicalRange.ofSize(0x3000_0000, 0x1c0_0000), 0x3000_0c00))
                        .tceTables(List.of(PhysicalRange.ofSize(0x7000_0000, 0x80_0000)))
                        .reserved(List.of(
                                PhysicalRange.ofSize(0x3000_0000, 0x300_0000),
                                PhysicalRange.ofSize(0xf000_0000L, 0x1_0000)))
                        .memoryLimit(0xc000_0000L)
                        .build());
        assertThat(read().untouchable())
                .containsExactly(
                        new PhysicalRange(0, 0x287_f000),
                        PhysicalRange.ofSize(0x3000_0000, 0x300_0000),
                        PhysicalRange.ofSize(0x7000_0000, 0x80_0000),
                        PhysicalRange.ofSize(0x8000_0000L, 0x200_0000),
                        PhysicalRange.ofSize(0xf000_0000L, 0x1_0000));
    }

    /** As in /sys/firmware/fdt, or of a machine that says nothing. */
    @Test
    void whatIsNotToldIsEmpty() throws MalformedInputException {
        node("/chosen").remove();
        node("/rtas").remove();
        assertThat(read()).isEqualTo(PowerFacts.builder().realModeEnd(4 * GIB).build());
        tree = PowerTrees.bareMetal();
        node("/chosen").remove();
        node("/memory@0").remove();
        assertThat(read().realModeEnd()).as("no limit without a hypervisor").isEmpty();
        assertThat(read().runningKernel()).isEmpty();
    }

    /** Logical versions (0x0f......) say how a CPU behaves; the others are the upper half of its own version. */
    @ParameterizedTest
    @CsvSource({
        "0x0f000001, 1",
        "0x0f000004, 1",
        "0x0f100003, 1",
        "0x0f000005, 1024",
        "0x0f000006, 1024",
        "0x0f000007, 1024",
        "0x0f0000ff, 1024",
        "0x0f000100, 1",
        "0x0fffffff, 1",
        "0x003f0201, 1",
        "0x004b0201, 1",
        "0x004d0200, 1",
        "0x004e1202, 1024",
        "0x00800200, 1024",
        "0x00820100, 1024",
        "0x0f000000, 1",
        "0x00000000, 1",
        "0x10000000, 1",
        "0xffffffff, 1"
    })
    void realModeIsNarrowerBeforePower9(String version, long gib) throws MalformedInputException {
        memory(0, 1L << 45);
        cpu().set("cpu-version", PropertyValue.ofCells(Integer.parseUnsignedInt(version.substring(2), 16)));
        assertThat(read().realModeEnd()).isEqualTo(OptionalLong.of(gib * GIB));
    }

    @Test
    void realModeIsTheFirstBlock() throws MalformedInputException {
        memory(0, 0x1000_0000, 0x1000_0000, 0x1000_0000);
        assertThat(read().realModeEnd()).isEqualTo(OptionalLong.of(0x1000_0000));
        memory(0x1000_0000, 0x1000_0000, 0, 0x800_0000);
        assertThat(read().realModeEnd()).isEqualTo(OptionalLong.of(0x800_0000));
        memory(0, -0x1000);
        assertThat(read().realModeEnd()).isEqualTo(OptionalLong.of(1L << 40));
    }

    @Test
    void theOldestCpuCounts() throws MalformedInputException {
        PowerTrees.cpu(tree, 8).set("cpu-version", PropertyValue.ofCells(PowerTrees.POWER9));
        assertThat(read().realModeEnd()).isEqualTo(OptionalLong.of(4 * GIB));
        PowerTrees.cpu(tree, 16).set("cpu-version", PropertyValue.ofCells(0x004d_0200));
        assertThat(read().realModeEnd()).isEqualTo(OptionalLong.of(GIB));
        node("/cpus").remove();
        assertThat(read().realModeEnd()).as("no CPU says anything").isEqualTo(OptionalLong.of(GIB));
    }

    @ParameterizedTest
    @CsvSource({
        "66, 0, 0x80, 68, 4",
        "41, 0, 0x80, 43, 4",
        "40, 0, 0x80, 43, 1",
        "66, 1, 0x80, 68, 1",
        "66, 0, 0x7f, 68, 1",
        "66, 0, 0x80, 42, 1",
        "66, 0, 0x80, 0, 1",
        "255, 0, 0x80, 43, 4"
    })
    void withoutAVersionTheRadixTreeTells(int count, int kind, String radix, int size, long gib)
            throws MalformedInputException {
        byte[] features = new byte[68];
        features[0] = (byte) count;
        features[1] = (byte) kind;
        features[42] = (byte) (int) Integer.decode(radix);
        cpu().unset("cpu-version");
        cpu().set("ibm,pa-features", PropertyValue.of(Arrays.copyOf(features, size)));
        assertThat(read().realModeEnd()).isEqualTo(OptionalLong.of(gib * GIB));
    }

    @Test
    void whatHasNeitherFirmwareIsTreatedLikeAGuest() throws MalformedInputException {
        tree = PowerTrees.bareMetal();
        node("/ibm,opal").remove();
        assertThat(read().realModeEnd()).isEqualTo(OptionalLong.of(4 * GIB));
    }

    @Test
    void whatHasTheCallsOfAHypervisorIsAGuest() throws MalformedInputException {
        tree = PowerTrees.bareMetal();
        tree.root().add("rtas");
        assertThat(read().realModeEnd()).isEmpty();
        node("/rtas").set("ibm,hypertas-functions", PropertyValue.ofStrings("hcall-pft"));
        assertThat(read().realModeEnd()).isEqualTo(OptionalLong.of(4 * GIB));
    }

    @Test
    void theMemoryOfAGuestBeginsAtZero() {
        memory(0x1000, 0x1000);
        assertThatThrownBy(this::read)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("begins at 0, not at 0x1000");
        node("/memory@0").remove();
        assertThatThrownBy(this::read)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("there must be a memory node");
    }

    /** Cut to any size, a number is refused, by node and property. That of the initrd may have one cell or two. */
    @ParameterizedTest
    @CsvSource({"true, 7", "false, 10"})
    void aNumberThatIsCutIsRefused(boolean isGuest, int expected) {
        EditableTree whole = isGuest ? PowerTrees.guest() : PowerTrees.bareMetal();
        int numbers = 0;
        for (Node each : whole.nodes().toList()) {
            for (Property property : each.properties()) {
                if (isNumber(property.name())) {
                    numbers++;
                    assertCutIsRefused(whole, each.path(), property);
                }
            }
        }
        assertThat(numbers).isEqualTo(expected);
    }

    private static boolean isNumber(String property) {
        return (property.startsWith("linux,") && !property.startsWith("linux,initrd-"))
                || property.startsWith("opal-")
                || property.equals("rtas-size")
                || property.equals("cpu-version");
    }

    private void assertCutIsRefused(EditableTree whole, String path, Property property) {
        byte[] bytes = property.value().toByteArray();
        for (int size = 0; size <= bytes.length + 8; size++) {
            tree = whole.copy();
            node(path).set(property.name(), PropertyValue.of(Arrays.copyOf(bytes, size)));
            MalformedInputException e = catchThrowableOfType(MalformedInputException.class, this::read);
            // Without a hypervisor, nobody asks which CPUs there are.
            boolean isAsked = !property.name().equals("cpu-version")
                    || tree.node("/ibm,opal").isEmpty();
            if (size == bytes.length || !isAsked) {
                assertThat(e).isNull();
            } else {
                assertThat(e)
                        .as("%s %s cut to %d", path, property.name(), size)
                        .hasMessageStartingWith("the device tree of a PowerPC machine: ")
                        .hasMessageContaining("at %s, %s".formatted(path, property.name()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux,initrd-start", "linux,initrd-end"})
    void theInitrdHasOneCellOrTwo(String property) {
        byte[] bytes = node("/chosen").property(property).orElseThrow().toByteArray();
        for (int size = 0; size < 20; size++) {
            node("/chosen").set(property, PropertyValue.of(Arrays.copyOf(bytes, size)));
            MalformedInputException e = catchThrowableOfType(MalformedInputException.class, this::read);
            // An end whose first cell is 0 lies before the start.
            boolean isSound = size == 8 || (size == 4 && property.equals("linux,initrd-start"));
            assertThat(e == null).as("%s of %d bytes", property, size).isEqualTo(isSound);
        }
    }

    @Test
    void whatWrapsIsNamed() {
        node("/chosen").set("linux,crashkernel-size", PropertyValue.ofU64(-0x2000_0000L));
        assertThatThrownBy(this::read)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("does not wrap")
                .hasMessageContaining("at /chosen, linux,crashkernel-size");
        node("/chosen").unset("linux,crashkernel-size");
        assertThatThrownBy(this::read).hasMessageContaining("at /chosen, linux,crashkernel-size");
    }

    @Test
    void whatCannotBeIsNotBuilt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PowerFacts.builder().kernelEnd(0));
        PowerFacts.Builder limit = PowerFacts.builder().memoryLimit(0);
        assertThatIllegalArgumentException().isThrownBy(limit::build);
        PowerFacts.Builder end = PowerFacts.builder().realModeEnd(0);
        assertThatIllegalArgumentException().isThrownBy(end::build);
    }
}
