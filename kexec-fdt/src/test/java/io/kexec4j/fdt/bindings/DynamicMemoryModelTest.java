package io.kexec4j.fdt.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random blocks, block by block and in rows: both lists must give what a block-wise model has. */
class DynamicMemoryModelTest {
    private static final int BLOCKS = 48;
    private static final int[] FLAGS = {0, 0x8, 0x8, 0x8, 0x40, 0x48, 0x80, 0x88, 0x108};

    /** A block at a multiple of the size of a block. */
    private record Block(int place, int flags) {
        boolean isMemory() {
            return (flags & 0x8) != 0 && (flags & 0x80) == 0;
        }

        boolean continues(Block before) {
            return place == before.place + 1 && flags == before.flags;
        }
    }

    @Test
    void bothListsAreAsTheModelHasThem() throws FdtException {
        int ranges = 0;
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            long size = 1L << random.nextInt(12, 34);
            List<Block> blocks = blocks(random);
            DynamicMemory single = read(size, "ibm,dynamic-memory", single(blocks, size));
            DynamicMemory inRows = read(size, "ibm,dynamic-memory-v2", rows(random, blocks, size));
            assertThat(inRows.ranges()).as("seed %d", seed).isEqualTo(single.ranges());
            ranges += single.ranges().size();
            for (int place = 0; place < BLOCKS; place++) {
                int at = place;
                boolean isMemory = blocks.stream().anyMatch(block -> block.place == at && block.isMemory());
                assertThat(contains(single, at * size))
                        .as("seed %d, %d", seed, at)
                        .isEqualTo(isMemory);
                assertThat(contains(single, at * size + size - 1))
                        .as("seed %d, %d", seed, at)
                        .isEqualTo(isMemory);
            }
            for (int i = 1; i < single.ranges().size(); i++) {
                assertThat(single.ranges().get(i).start())
                        .isNotEqualTo(single.ranges().get(i - 1).end());
            }
        }
        assertThat(ranges).isGreaterThan(4000);
    }

    private static List<Block> blocks(Random random) {
        List<Block> blocks = new ArrayList<>();
        int flags = 0;
        for (int place = 0; place < BLOCKS; place++) {
            flags = random.nextInt(4) == 0 ? FLAGS[random.nextInt(FLAGS.length)] : flags;
            if (random.nextInt(12) != 0) {
                blocks.add(new Block(place, flags));
            }
        }
        return blocks;
    }

    private static List<Integer> single(List<Block> blocks, long size) {
        List<Integer> cells = new ArrayList<>(List.of(blocks.size()));
        for (Block block : blocks) {
            long start = block.place * size;
            cells.addAll(List.of((int) (start >>> 32), (int) start, 0x8000_0000 + block.place, 0, 1, block.flags));
        }
        return cells;
    }

    /** A row ends where it must, and now and then where it need not. */
    private static List<Integer> rows(Random random, List<Block> blocks, long size) {
        List<Integer> cells = new ArrayList<>(List.of(0));
        for (int i = 0; i < blocks.size(); ) {
            int next = i + 1;
            while (next < blocks.size()
                    && blocks.get(next).continues(blocks.get(next - 1))
                    && random.nextInt(10) != 0) {
                next++;
            }
            Block first = blocks.get(i);
            long start = first.place * size;
            cells.addAll(
                    List.of(next - i, (int) (start >>> 32), (int) start, 0x8000_0000 + first.place, 1, first.flags));
            cells.set(0, cells.get(0) + 1);
            i = next;
        }
        return cells;
    }

    private static DynamicMemory read(long size, String property, List<Integer> cells) throws FdtException {
        EditableTree tree = EditableTree.empty();
        tree.root()
                .add("ibm,dynamic-reconfiguration-memory")
                .set("ibm,lmb-size", PropertyValue.ofU64(size))
                .set(
                        property,
                        PropertyValue.ofCells(
                                cells.stream().mapToInt(cell -> cell).toArray()));
        return DynamicMemory.of(tree).orElseThrow();
    }

    private static boolean contains(DynamicMemory memory, long address) {
        return memory.ranges().stream().anyMatch(range -> range.start() <= address && address < range.end());
    }
}
