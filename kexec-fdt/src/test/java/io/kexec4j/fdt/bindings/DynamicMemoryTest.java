package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADVALUE;
import static io.kexec4j.fdt.bindings.Trees.assertFails;
import static io.kexec4j.fdt.bindings.Trees.both;
import static io.kexec4j.fdt.bindings.Trees.bytes;
import static io.kexec4j.fdt.bindings.Trees.cells;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.bindings.DynamicMemory.Row;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DynamicMemoryTest {
    private static final String PATH = "/ibm,dynamic-reconfiguration-memory";
    private static final String V1 = "ibm,dynamic-memory";
    private static final String V2 = "ibm,dynamic-memory-v2";
    private static final String USABLE = "linux,drconf-usable-memory";
    private static final long SIZE = 0x1000_0000;

    private final EditableTree tree = EditableTree.empty();
    private final EditableNode node = tree.root().add(PATH.substring(1));

    DynamicMemoryTest() {
        node.set("ibm,lmb-size", PropertyValue.ofU64(SIZE));
    }

    private DynamicMemory read() throws FdtException {
        DynamicMemory memory = DynamicMemory.of(tree).orElseThrow();
        for (DeviceTree each : both(tree)) {
            DynamicMemory same = DynamicMemory.of(each).orElseThrow();
            assertThat(same.ranges()).isEqualTo(memory.ranges());
            assertThat(same.rows()).isEqualTo(memory.rows());
            assertThat(same.blockSize()).isEqualTo(memory.blockSize());
        }
        return memory;
    }

    private void assertRefused(String property) {
        assertFails(() -> DynamicMemory.of(tree), BADVALUE, PATH, property);
    }

    @Test
    void mayBeAbsentOrEmpty() throws FdtException {
        assertThat(DynamicMemory.of(EditableTree.empty())).isEmpty();
        assertThat(read()).isEqualTo(new DynamicMemory(node, SIZE, List.of(), List.of()));
        cells(node, V2, 0);
        assertThat(read().rows()).isEmpty();
        cells(node, V1, 0);
        assertThat(read().rows()).isEmpty();
    }

    @Test
    void ofSingleBlocks() throws FdtException {
        cells(
                node,
                V1,
                4, //
                0,
                0x1000_0000,
                0x8000_0001,
                0x77,
                2,
                0x8, //
                0,
                0x2000_0000,
                0x8000_0002,
                0,
                -1,
                0x48, //
                0,
                0x3000_0000,
                0x8000_0003,
                0,
                -1,
                0x40, //
                5,
                0x4000_0000,
                0x8000_0004,
                0,
                0,
                0x108);
        DynamicMemory memory = read();
        assertThat(memory.rows())
                .containsExactly(
                        new Row(0x1000_0000, 1, 0x8000_0001, 2, 0x8),
                        new Row(0x2000_0000, 1, 0x8000_0002, -1, 0x48),
                        new Row(0x3000_0000, 1, 0x8000_0003, -1, 0x40),
                        new Row(0x5_4000_0000L, 1, 0x8000_0004, 0, 0x108));
        assertThat(memory.ranges())
                .containsExactly(new AddressRange(SIZE, 2 * SIZE), new AddressRange(0x5_4000_0000L, SIZE));
        assertThat(memory.rows().stream().map(Row::associativity))
                .containsExactly(OptionalInt.of(2), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.of(0));
    }

    @Test
    void ofRows() throws FdtException {
        cells(
                node,
                V2,
                4, //
                3,
                1,
                0,
                0x8000_0010,
                1,
                0x8, //
                0,
                9,
                0,
                0x8000_0011,
                1,
                0x8, //
                2,
                1,
                0x3000_0000,
                0x8000_0013,
                -1,
                0x48, //
                -1,
                -1,
                -1,
                0x8000_0020,
                -1,
                0x40);
        DynamicMemory memory = read();
        assertThat(memory.rows().get(0)).isEqualTo(new Row(0x1_0000_0000L, 3, 0x8000_0010, 1, 0x8));
        assertThat(memory.rows().get(3)).isEqualTo(new Row(-1, 0xffff_ffffL, 0x8000_0020, -1, 0x40));
        assertThat(memory.ranges()).containsExactly(new AddressRange(0x1_0000_0000L, 5 * SIZE));
    }

    @Test
    void singleBlocksCountWhereBothAreThere() throws FdtException {
        cells(node, V1, 1, 0, 0, 0, 0, 0, 0x8);
        cells(node, V2, 1, 5, 0, 0, 0, 0, 0x8);
        assertThat(read().ranges()).containsExactly(new AddressRange(0, SIZE));
    }

    @ParameterizedTest
    @CsvSource({
        "0x8, true",
        "0x48, true",
        "0x108, true",
        "0x0, false",
        "0x40, false",
        "0x80, false",
        "0x88, false",
        "0xc8, false"
    })
    void isMemoryIfAssignedAndNotReserved(String flags, boolean isMemory) throws FdtException {
        for (String property : List.of(V1, V2)) {
            cells(node, property, 1, property.equals(V1) ? 0 : 1, 0, 0, 0, 0, Integer.decode(flags));
            assertThat(read().rows().get(0).isMemory()).isEqualTo(isMemory);
            assertThat(read().ranges()).hasSize(isMemory ? 1 : 0);
            node.unset(property);
        }
    }

    @Test
    void doesNotWrapIfItIsMemory() throws FdtException {
        for (int flags : new int[] {0x8, 0x88}) {
            boolean matters = flags == 0x8;
            cells(node, V1, 1, -1, 0xf000_0000, 0, 0, 0, flags);
            assertRefusedOnlyIf(matters, V1);
            node.unset(V1);
            cells(node, V2, 1, 16, -1, 0, 0, 0, flags);
            assertRefusedOnlyIf(matters, V2);
            node.set("ibm,lmb-size", PropertyValue.ofU64(1L << 62));
            cells(node, V2, 1, 4, 0, 0, 0, 0, flags);
            assertRefusedOnlyIf(matters, V2);
            cells(node, V2, 1, 5, 0, 0, 0, 0, flags);
            assertRefusedOnlyIf(matters, V2);
            node.set("ibm,lmb-size", PropertyValue.ofU64(SIZE));
            node.unset(V2);
        }
        cells(node, V2, 1, 15, -1, 0, 0, 0, 0x8);
        assertThat(read().ranges()).containsExactly(new AddressRange(0xffff_ffff_0000_0000L, 15 * SIZE));
    }

    private void assertRefusedOnlyIf(boolean matters, String property) throws FdtException {
        if (matters) {
            assertRefused(property);
        } else {
            assertThat(read().ranges()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V1, V2})
    void hasAsManyEntriesAsItSays(String property) throws FdtException {
        cells(node, property, 2, 1, 0, 0, 0, 0, 0x8, 1, 1, 0, 0, 0, 0x8);
        assertThat(read().rows()).hasSize(2);
        byte[] whole = node.property(property).orElseThrow().toByteArray();
        for (int size = 0; size < whole.length + 48; size++) {
            if (size != whole.length) {
                node.set(property, PropertyValue.of(Arrays.copyOf(whole, size)));
                assertRefused(property);
            }
        }
        for (int count : new int[] {0, 1, 3, -1, Integer.MIN_VALUE, 0x2aaa_aaab}) {
            cells(node, property, count, 1, 0, 0, 0, 0, 0x8, 1, 1, 0, 0, 0, 0x8);
            assertRefused(property);
        }
    }

    @Test
    void blocksHaveASize() {
        cells(node, V1, 0);
        node.set("ibm,lmb-size", PropertyValue.ofU64(0));
        assertRefused("ibm,lmb-size");
        for (int size : new int[] {0, 4, 7, 9, 12, 16}) {
            bytes(node, "ibm,lmb-size", size);
            assertRefused("ibm,lmb-size");
        }
        node.unset("ibm,lmb-size");
        assertRefused("ibm,lmb-size");
    }

    /** Linux reads the numbers of ranges one after the other, only for blocks that are memory. */
    @Test
    void isWhatACrashKernelMayUse() throws FdtException {
        cells(node, V2, 3, 2, 0, 0, 0, 0, 0x8, 7, 0, 0x2000_0000, 0, 0, 0, 2, 1, 0, 0, 0, 0x8);
        node.set(
                USABLE, PropertyValue.ofU64(1, 0, SIZE, 2, SIZE, 0x1000, 0x1800_0000, 0x2000, 0, 1, 0x1_0000_0000L, 0));
        assertThat(read().ranges())
                .containsExactly(new AddressRange(0, SIZE + 0x1000), new AddressRange(0x1800_0000, 0x2000));
        node.set(USABLE, PropertyValue.ofU64(0, 0, 0, 0, 7));
        assertThat(read().ranges()).as("what is left is not looked at").isEmpty();
    }

    @Test
    void refusesWhatACrashKernelCannotUse() throws FdtException {
        cells(node, V2, 1, 2, 0, 0, 0, 0, 0x8);
        node.set(USABLE, PropertyValue.ofU64(1, 0, 0x1000, 1, SIZE, 0x1000));
        assertThat(read().ranges()).hasSize(2);
        byte[] whole = node.property(USABLE).orElseThrow().toByteArray();
        for (int size = 0; size < whole.length; size++) {
            node.set(USABLE, PropertyValue.of(Arrays.copyOf(whole, size)));
            assertRefused(USABLE);
        }
        for (long count : new long[] {2, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            node.set(USABLE, PropertyValue.ofU64(1, 0, 0x1000, count, SIZE, 0x1000));
            assertRefused(USABLE);
        }
        node.set(USABLE, PropertyValue.ofU64(1, 0, 0x1000, 1, -0x1000, 0x1000));
        assertRefused(USABLE);
        cells(node, V2, 1, -1, 0, 0, 0, 0, 0x8);
        node.set(USABLE, PropertyValue.ofU64(new long[1000]));
        assertRefused(USABLE);
    }
}
