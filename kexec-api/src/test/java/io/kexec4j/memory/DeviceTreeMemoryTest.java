package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.MemoryReservation;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceTreeMemoryTest {
    private static EditableTree tree(int addressCells, int sizeCells) {
        EditableTree tree = EditableTree.empty();
        tree.root()
                .set("#address-cells", PropertyValue.ofCells(addressCells))
                .set("#size-cells", PropertyValue.ofCells(sizeCells));
        return tree;
    }

    /** Start and size of each range, in as many cells as the root has. */
    private static PropertyValue reg(EditableTree tree, long... numbers) {
        int[] counts = {cells(tree, "#address-cells"), cells(tree, "#size-cells")};
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            for (int cell = counts[i % 2] - 1; cell >= 0; cell--) {
                all.add(cell > 1 ? 0 : (int) (numbers[i] >>> (Integer.SIZE * cell)));
            }
        }
        return PropertyValue.ofCells(all.stream().mapToInt(Integer::intValue).toArray());
    }

    private static int cells(EditableTree tree, String property) {
        return tree.root().property(property).orElseThrow().intAt(0);
    }

    private static EditableNode memory(EditableTree tree, String name, long... numbers) {
        return tree.root()
                .add(name)
                .set("device_type", PropertyValue.ofStrings("memory"))
                .set("reg", reg(tree, numbers));
    }

    private static EditableNode reserved(EditableTree tree, String name, long... numbers) {
        EditableNode parent = tree.root().childOrAdd("reserved-memory");
        parent.set("#address-cells", PropertyValue.ofCells(cells(tree, "#address-cells")))
                .set("#size-cells", PropertyValue.ofCells(cells(tree, "#size-cells")))
                .set("ranges", PropertyValue.EMPTY);
        return parent.add(name).set("reg", reg(tree, numbers));
    }

    private static MemoryRegion region(long start, long end, RegionType type) {
        return new MemoryRegion(new PhysicalRange(start, end), type);
    }

    private static MemoryMap parse(EditableTree tree) throws MalformedInputException {
        MemoryMap map = DeviceTreeMemory.parse(tree);
        assertThat(DeviceTreeMemory.parse(tree.flatten())).isEqualTo(map);
        return map;
    }

    private static void assertRefused(EditableTree tree, String message) {
        assertThatThrownBy(() -> DeviceTreeMemory.parse(tree))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageStartingWith("memory in the device tree: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "1, 2", "2, 2", "3, 2", "3, 3"})
    void anyNumbersOfCellsNodesAndRanges(int addressCells, int sizeCells) throws MalformedInputException {
        EditableTree tree = tree(addressCells, sizeCells);
        memory(tree, "memory@80000000", 0x80000000L, 0x10000000L, 0xa0000000L, 0x8000000L, 0, 0);
        memory(tree, "memory@0", 0, 0x40000000L);
        memory(tree, "ram", 0x90000000L, 0x1000);
        assertThat(parse(tree).regions())
                .containsExactly(
                        region(0, 0x40000000L, RegionType.RAM),
                        region(0x80000000L, 0x90001000L, RegionType.RAM),
                        region(0xa0000000L, 0xa8000000L, RegionType.RAM));
    }

    @Test
    void reservedMemoryIsCutOut() throws MalformedInputException {
        EditableTree tree = tree(2, 2);
        memory(tree, "memory@40000000", 0x4000_0000L, 0x4000_0000L, 0x1_0000_0000L, 0x4000_0000L);
        reserved(tree, "firmware@40000000", 0x4000_0000L, 0x20_0000L).set("no-map", PropertyValue.EMPTY);
        reserved(tree, "ramoops@7ff00000", 0x7ff0_0000L, 0x20_0000L);
        reserved(tree, "outside@c0000000", 0xc000_0000L, 0x1000L, 0x1_3fff_f800L, 0x1000L);
        reserved(tree, "off@50000000", 0x5000_0000L, 0x1000).set("status", PropertyValue.ofStrings("disabled"));
        reserved(tree, "linux,cma").unset("reg");
        tree.node("/reserved-memory/linux,cma")
                .orElseThrow()
                .set("size", PropertyValue.ofU64(0x1000_0000L))
                .set("reusable", PropertyValue.EMPTY);
        tree.reserve(new MemoryReservation(0x4800_0000L, 0x1234));
        tree.reserve(new MemoryReservation(0x4800_1000L, 0x1000));
        assertThat(parse(tree).regions())
                .containsExactly(
                        region(0x4000_0000L, 0x4020_0000L, RegionType.RESERVED),
                        region(0x4020_0000L, 0x4800_0000L, RegionType.RAM),
                        region(0x4800_0000L, 0x4800_2000L, RegionType.RESERVED),
                        region(0x4800_2000L, 0x7ff0_0000L, RegionType.RAM),
                        region(0x7ff0_0000L, 0x8010_0000L, RegionType.RESERVED),
                        region(0xc000_0000L, 0xc000_1000L, RegionType.RESERVED),
                        region(0x1_0000_0000L, 0x1_3fff_f800L, RegionType.RAM),
                        region(0x1_3fff_f800L, 0x1_4000_0800L, RegionType.RESERVED));
    }

    @Test
    void aCrashKernelHasNothingButItsOwn() throws MalformedInputException {
        EditableTree tree = tree(2, 2);
        memory(tree, "memory@0", 0, 0x8000_0000L);
        tree.root()
                .add("chosen")
                .set("linux,usable-memory-range", reg(tree, 0x6000_0000L, 0x1000_0000L, 0x1000_0000L, 0x800_0000L));
        reserved(tree, "pool@10000000", 0x1000_0000L, 0x1000L);
        assertThat(parse(tree).regions())
                .containsExactly(
                        region(0x1000_0000L, 0x1000_1000L, RegionType.RESERVED),
                        region(0x1000_1000L, 0x1800_0000L, RegionType.RAM),
                        region(0x6000_0000L, 0x7000_0000L, RegionType.RAM));
    }

    @Test
    void nodesThatDoNotCount() throws MalformedInputException {
        EditableTree tree = tree(1, 1);
        memory(tree, "memory@0", 0, 0x1000_0000L);
        memory(tree, "memory@20000000", 0x2000_0000L, 0x1000).set("status", PropertyValue.ofStrings("disabled"));
        tree.root().add("memory-controller@30000000").set("reg", reg(tree, 0x3000_0000L, 0x1000));
        assertThat(parse(tree).ram()).containsExactly(new PhysicalRange(0, 0x1000_0000L));
    }

    /** Linux removes all that memory nodes told when it finds UEFI's memory map. */
    @Test
    void whatUefiStartedHasNoMemoryHere() {
        EditableTree tree = tree(2, 2);
        tree.root().add("chosen").set("linux,uefi-system-table", PropertyValue.ofU64(0x7fff_0018L));
        assertRefused(tree, "UEFI started this machine");
        assertRefused(tree, "/proc/iomem is needed, read as root");
        memory(tree, "memory@0", 0, 0x1000_0000L);
        assertRefused(tree, "UEFI started this machine");
    }

    @Test
    void memoryMustBeThere() {
        EditableTree tree = tree(2, 2);
        assertRefused(tree, "there must be a memory node");
        memory(tree, "memory@0", 0, 0);
        assertRefused(tree, "only /proc/iomem tells of the memory");
    }

    @Test
    void whatIsMalformedIsNamed() {
        EditableTree tree = tree(2, 2);
        EditableNode node = memory(tree, "memory@0", 0, 0x1000_0000L);
        tree.reserve(new MemoryReservation(-0x1000, 0x1000));
        assertRefused(tree, "a memory reservation must not wrap: 0xfffffffffffff000+0x1000");
        tree.setReservations(List.of());
        node.set("reg", PropertyValue.ofCells(0, 0, 1));
        assertRefused(tree, "at /memory@0, reg");
        node.set("reg", PropertyValue.ofU64(-0x1000, 0x1000));
        assertRefused(tree, "at /memory@0, reg");
        node.set("reg", PropertyValue.ofU64(0, 0x1000));
        reserved(tree, "a@0", 0, 0x10).set("reg", PropertyValue.ofCells(1));
        assertRefused(tree, "at /reserved-memory/a@0, reg");
        tree.root().set("#address-cells", PropertyValue.ofStrings("two"));
        assertRefused(tree, "#address-cells");
    }

    /** Against a page-wise model. */
    @Test
    void randomTreesAreAsAModelHasThem() throws MalformedInputException {
        int pages = 64;
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            EditableTree tree = tree(random.nextInt(1, 4), random.nextInt(1, 4));
            boolean[] ram = new boolean[pages];
            boolean[] taken = new boolean[pages];
            for (int i = 0; i < 3; i++) {
                memory(tree, "memory@" + i, randomRanges(random, ram));
                reserved(tree, "r@" + i, randomRanges(random, taken));
            }
            long[] last = randomRanges(random, taken);
            for (int i = 0; i < last.length; i += 2) {
                tree.reserve(new MemoryReservation(last[i], last[i + 1]));
            }
            MemoryMap map = parse(tree);
            for (int page = 0; page < pages; page++) {
                long address = page * 0x1000L;
                assertThat(contains(map.ram(), address))
                        .as("seed %d, page %d", seed, page)
                        .isEqualTo(ram[page] && !taken[page]);
                assertThat(contains(map.ranges(RegionType.RESERVED), address)).isEqualTo(taken[page]);
            }
        }
    }

    private static boolean contains(List<PhysicalRange> ranges, long address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private static long[] randomRanges(Random random, boolean[] pages) {
        long[] numbers = new long[2 * random.nextInt(1, 4)];
        for (int i = 0; i < numbers.length; i += 2) {
            int first = random.nextInt(pages.length - 8);
            int count = random.nextInt(1, 9);
            Arrays.fill(pages, first, first + count, true);
            numbers[i] = first * 0x1000L;
            numbers[i + 1] = count * 0x1000L;
        }
        return numbers;
    }
}
