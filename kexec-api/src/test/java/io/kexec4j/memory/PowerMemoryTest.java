package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PowerMemoryTest {
    private static final String BLOCKS = "ibm,dynamic-reconfiguration-memory";
    private static final int BLOCK = 0x1000_0000;

    private final EditableTree tree = EditableTree.empty();
    private final EditableNode chosen;

    PowerMemoryTest() {
        tree.root().set("#address-cells", PropertyValue.ofCells(2)).set("#size-cells", PropertyValue.ofCells(2));
        chosen = tree.root().add("chosen");
    }

    private EditableNode memory(String name, long... reg) {
        return tree.root()
                .add(name)
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", PropertyValue.ofU64(reg));
    }

    private EditableNode blocks(int... rows) {
        return tree.root()
                .add(BLOCKS)
                .set("ibm,lmb-size", PropertyValue.ofU64(BLOCK))
                .set("ibm,dynamic-memory-v2", PropertyValue.ofCells(rows));
    }

    private static MemoryRegion region(long start, long end, RegionType type) {
        return new MemoryRegion(new PhysicalRange(start, end), type);
    }

    private MemoryMap parse() throws MalformedInputException {
        MemoryMap map = PowerMemory.parse(tree);
        assertThat(PowerMemory.parse(tree.flatten())).isEqualTo(map);
        return map;
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> PowerMemory.parse(tree))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageStartingWith("memory in the device tree: ")
                .hasMessageContaining(message);
    }

    @Test
    void nodesAndBlocks() throws MalformedInputException {
        memory("memory@0", 0, BLOCK);
        memory("memory@100000000", 0x1_0000_0000L, 0x8000_0000L, 0x2_0000_0000L, 0x1000);
        blocks(3, 2, 0, BLOCK, 0, 0, 0x8, 1, 0, 3 * BLOCK, 0, 0, 0, 1, 0, 4 * BLOCK, 0, 0, 0x48);
        assertThat(parse().regions())
                .containsExactly(
                        region(0, 3 * BLOCK, RegionType.RAM),
                        region(4L * BLOCK, 5L * BLOCK, RegionType.RAM),
                        region(0x1_0000_0000L, 0x1_8000_0000L, RegionType.RAM),
                        region(0x2_0000_0000L, 0x2_0000_1000L, RegionType.RAM));
        assertThat(PowerMemory.firstBlock(tree)).isEqualTo(new PhysicalRange(0, BLOCK));
    }

    @Test
    void blocksAreEnough() throws MalformedInputException {
        blocks(1, 2, 0, 0, 0, 0, 0x8);
        assertThat(parse().ram()).containsExactly(new PhysicalRange(0, 2 * BLOCK));
        assertThatThrownBy(() -> PowerMemory.firstBlock(tree))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("there must be a memory node");
    }

    @Test
    void theFirstBlockIsTheLowestOfAllNodes() throws MalformedInputException {
        memory("memory@20000000", 2 * BLOCK, BLOCK, BLOCK, BLOCK);
        memory("memory@0", BLOCK / 2, BLOCK / 2, 0, BLOCK / 2);
        assertThat(PowerMemory.firstBlock(tree)).isEqualTo(new PhysicalRange(0, BLOCK / 2));
        assertThat(parse().ram()).as("joined").containsExactly(new PhysicalRange(0, 3 * BLOCK));
    }

    @Test
    void memoryOfDevicesIsNone() throws MalformedInputException {
        memory("memory@0", 0, BLOCK);
        memory("memory@4000000000000", 0x4_0000_0000_0000L, 0x4_0000_0000L)
                .set("compatible", PropertyValue.ofStrings("ibm,coherent-device-memory"));
        memory("memory@8000000000000", 0x8_0000_0000_0000L, BLOCK)
                .set("compatible", PropertyValue.ofStrings("vendor,gpu", "ibm,coherent-device-memory"));
        assertThat(parse().ram()).containsExactly(new PhysicalRange(0, BLOCK));
    }

    @Test
    void aCrashKernelHasWhatItMayUse() throws MalformedInputException {
        memory("memory@0", 0, 0x4000_0000).set("linux,usable-memory", PropertyValue.ofU64(0, 0x3000_0000));
        memory("memory@100000000", 0x1_0000_0000L, 0x4000_0000).set("linux,usable-memory", PropertyValue.ofU64(0, 0));
        blocks(1, 2, 0, 0x4000_0000, 0, 0, 0x8)
                .set("linux,drconf-usable-memory", PropertyValue.ofU64(0, 1, 0x5000_0000, 0x1000));
        assertThat(parse().ram())
                .containsExactly(new PhysicalRange(0, 0x3000_0000), new PhysicalRange(0x5000_0000, 0x5000_1000));
        assertThat(PowerMemory.firstBlock(tree)).isEqualTo(new PhysicalRange(0, 0x3000_0000));
    }

    @Test
    void whatIsKeptForACrashKernelIsToldApart() throws MalformedInputException {
        memory("memory@0", 0, 0x4000_0000);
        chosen.set("linux,crashkernel-base", PropertyValue.ofU64(0x2000_0000))
                .set("linux,crashkernel-size", PropertyValue.ofU64(0x1000_0000));
        tree.root().set("reserved-ranges", PropertyValue.ofU64(0x2fff_0000, 0x2_0000, 0x9_0000_0000L, 0x1000));
        assertThat(parse().regions())
                .containsExactly(
                        region(0, 0x2000_0000, RegionType.RAM),
                        region(0x2000_0000, 0x2fff_0000, RegionType.CRASH_KERNEL),
                        region(0x2fff_0000, 0x3001_0000, RegionType.RESERVED),
                        region(0x3001_0000, 0x4000_0000, RegionType.RAM),
                        region(0x9_0000_0000L, 0x9_0000_1000L, RegionType.RESERVED));
    }

    /** As QEMU and Linux leave them in /sys/firmware/fdt: the initrd's is rounded up to a page, of 4 or 64 KiB. */
    @ParameterizedTest
    @CsvSource({
        "0x2c90000, 0x339d000, false",
        "0x2c90000, 0x339c800, false",
        "0x2c90000, 0x33a0000, false",
        "0x2c90000, 0x33ac800, true",
        "0x2c90000, 0x339c7ff, true",
        "0x2c8f000, 0x339d800, true"
    })
    void theReservationOfTheInitrdIsNone(String start, String size, boolean isKept) throws MalformedInputException {
        memory("memory@0", 0, 0x4000_0000);
        chosen.set("linux,initrd-start", PropertyValue.ofU64(0x2c9_0000))
                .set("linux,initrd-end", PropertyValue.ofU64(0x602_c800));
        tree.reserve(new MemoryReservation(0x2fff_f000, 0x1000));
        tree.reserve(new MemoryReservation(Long.decode(start), Long.decode(size)));
        List<PhysicalRange> reserved = parse().ranges(RegionType.RESERVED);
        assertThat(reserved).hasSize(isKept ? 2 : 1).contains(new PhysicalRange(0x2fff_f000, 0x3000_0000));
    }

    /** The tree that Linux shows has none; those that it was given are told beside it. */
    @Test
    void reservationsOfAnotherTreeCount() throws MalformedInputException {
        memory("memory@0", 0, 0x4000_0000);
        chosen.set("linux,initrd-start", PropertyValue.ofU64(0x2c9_0000))
                .set("linux,initrd-end", PropertyValue.ofU64(0x602_c800));
        tree.reserve(new MemoryReservation(0x1000_0000, 0x1000));
        List<MemoryReservation> others = List.of(
                new MemoryReservation(0x2c9_0000, 0x339_d000),
                new MemoryReservation(0x1000_0800, 0x1000),
                new MemoryReservation(0x5000_0000, 0x1000),
                new MemoryReservation(0x2000_0000, 0x1000));
        assertThat(PowerMemory.parse(tree, others).regions())
                .containsExactly(
                        region(0, 0x1000_0000, RegionType.RAM),
                        region(0x1000_0000, 0x1000_1800, RegionType.RESERVED),
                        region(0x1000_1800, 0x2000_0000, RegionType.RAM),
                        region(0x2000_0000, 0x2000_1000, RegionType.RESERVED),
                        region(0x2000_1000, 0x4000_0000, RegionType.RAM),
                        region(0x5000_0000, 0x5000_1000, RegionType.RESERVED));
        assertThat(PowerMemory.parse(tree, List.of())).isEqualTo(parse());
        assertThatThrownBy(() -> PowerMemory.parse(tree, List.of(new MemoryReservation(-1, 2))))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("must not wrap");
    }

    @Test
    void reservedMemoryIsCutOut() throws MalformedInputException {
        memory("memory@0", 0, 0x4000_0000);
        tree.root()
                .add("reserved-memory")
                .set("#address-cells", PropertyValue.ofCells(2))
                .set("#size-cells", PropertyValue.ofCells(2))
                .set("ranges", PropertyValue.EMPTY)
                .add("ibm,firmware-data@3000000")
                .set("reg", PropertyValue.ofU64(0x300_0000, 0x10_0000));
        assertThat(parse().ranges(RegionType.RESERVED)).containsExactly(new PhysicalRange(0x300_0000, 0x310_0000));
        assertThat(parse().ram())
                .containsExactly(new PhysicalRange(0, 0x300_0000), new PhysicalRange(0x310_0000, 0x4000_0000));
    }

    @Test
    void whatIsMalformedIsNamed() {
        assertRefused("there must be a memory node that is not empty, or blocks of memory");
        EditableNode node = memory("memory@0", 0, 0);
        assertRefused("there must be a memory node");
        node.set("reg", PropertyValue.ofU64(-0x1000, 0x1000));
        assertRefused("at /memory@0, reg");
        node.set("reg", PropertyValue.ofU64(0, 0x1000));
        EditableNode blocks = blocks(1);
        assertRefused("at /ibm,dynamic-reconfiguration-memory, ibm,dynamic-memory-v2");
        blocks.remove();
        tree.root().set("reserved-ranges", PropertyValue.ofU64(1));
        assertRefused("at /, reserved-ranges");
        tree.root().unset("reserved-ranges");
        chosen.set("linux,crashkernel-base", PropertyValue.ofU64(0));
        assertRefused("at /chosen, linux,crashkernel-size");
        chosen.unset("linux,crashkernel-base");
        chosen.set("linux,initrd-start", PropertyValue.ofU64(0));
        assertRefused("at /chosen, linux,initrd-end");
    }

    /** Against a page-wise model. */
    @Test
    void randomTreesAreAsAModelHasThem() throws MalformedInputException {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            PowerMemoryTest machine = new PowerMemoryTest();
            boolean[] ram = new boolean[64];
            boolean[] reserved = new boolean[64];
            boolean[] crash = new boolean[64];
            machine.memory("memory@0", ranges(random, ram, 3));
            machine.memory("memory@1", ranges(random, ram, 2));
            machine.blocks(rows(random, ram));
            machine.tree.root().set("reserved-ranges", PropertyValue.ofU64(ranges(random, reserved, 2)));
            long[] kept = ranges(random, crash, 1);
            machine.chosen
                    .set("linux,crashkernel-base", PropertyValue.ofU64(kept[0]))
                    .set("linux,crashkernel-size", PropertyValue.ofU64(kept[1]));
            MemoryMap map = machine.parse();
            for (int i = 0; i < ram.length; i++) {
                long address = (long) i * BLOCK;
                boolean isFree = ram[i] && !reserved[i];
                assertThat(has(map, RegionType.RAM, address))
                        .as("seed %d, block %d", seed, i)
                        .isEqualTo(isFree && !crash[i]);
                assertThat(has(map, RegionType.CRASH_KERNEL, address)).isEqualTo(isFree && crash[i]);
                assertThat(has(map, RegionType.RESERVED, address)).isEqualTo(reserved[i]);
            }
        }
    }

    private static boolean has(MemoryMap map, RegionType type, long address) {
        return map.ranges(type).stream().anyMatch(range -> range.contains(address));
    }

    private static long[] ranges(Random random, boolean[] blocks, int count) {
        long[] numbers = new long[2 * count];
        for (int i = 0; i < numbers.length; i += 2) {
            int first = random.nextInt(blocks.length - 8);
            int size = random.nextInt(1, 9);
            Arrays.fill(blocks, first, first + size, true);
            numbers[i] = (long) first * BLOCK;
            numbers[i + 1] = (long) size * BLOCK;
        }
        return numbers;
    }

    private static int[] rows(Random random, boolean[] blocks) {
        int[] cells = new int[1 + 6 * 4];
        cells[0] = 4;
        for (int i = 1; i < cells.length; i += 6) {
            int first = random.nextInt(blocks.length - 8);
            int size = random.nextInt(9);
            long start = (long) first * BLOCK;
            cells[i] = size;
            cells[i + 1] = (int) (start >>> 32);
            cells[i + 2] = (int) start;
            cells[i + 5] = random.nextBoolean() ? 0x8 : 0x80;
            if (cells[i + 5] == 0x8) {
                Arrays.fill(blocks, first, first + size, true);
            }
        }
        return cells;
    }
}
