package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Trees.cells;
import static io.kexec4j.boot.ppc64.Ppc64Trees.memory;
import static io.kexec4j.boot.ppc64.Ppc64Trees.node;
import static io.kexec4j.boot.ppc64.Ppc64Trees.u64;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.PowerMemory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random machines against a slow model, which has a bit for each page: what a kernel then sees is what it may use, no more, no less. */
class UsableMemoryModelTest {
    private static final int PAGES = 512;
    private static final long PAGE = 0x1000;
    private static final int BLOCK = 16;

    /** The flags of a block that is memory, and of some that are not. */
    private static final int[] FLAGS = {8, 8, 8, 0x48, 0, 0x80, 0x88};

    private final EditableTree tree = EditableTree.empty();
    private final BitSet memory = new BitSet();
    private final BitSet usable = new BitSet();

    @ParameterizedTest
    @ValueSource(strings = {"ibm,dynamic-memory", "ibm,dynamic-memory-v2"})
    void whatIsUsableIsWhatIsSeen(String form) throws FdtException, MalformedInputException {
        int seen = 0;
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            machine(random, form);
            List<PhysicalRange> ranges = ranges(random);

            UsableMemory.set(tree, ranges);

            BitSet expected = (BitSet) memory.clone();
            expected.and(usable);
            BitSet actual = new BitSet();
            if (!expected.isEmpty()) {
                PowerMemory.parse(tree).ram().forEach(range -> mark(actual, range));
                seen++;
            }
            assertThat(actual).as("seed %d", seed).isEqualTo(expected);
            assertThat(UsableMemory.remove(tree)).isTrue();
            assertThat(UsableMemory.remove(tree)).isFalse();
        }
        assertThat(seen).isGreaterThan(1000);
    }

    /** Memory in some nodes with some ranges each, and the rest in blocks, of which some are none of this machine's. */
    private void machine(Random random, String form) {
        tree.root().children().forEach(EditableNode::remove);
        tree.root().set("#address-cells", cells(2)).set("#size-cells", cells(2));
        memory.clear();
        int page = 0;
        while (page < PAGES / 2) {
            List<Long> reg = new ArrayList<>();
            int first = page;
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                int size = random.nextInt(1, 40);
                reg.add(page * PAGE);
                reg.add(size * PAGE);
                memory.set(page, page + size);
                page += size + random.nextInt(2) * random.nextInt(20);
            }
            memory(tree, first * PAGE, 0)
                    .set("reg", u64(reg.stream().mapToLong(number -> number).toArray()));
        }
        blocks(random, form, (page + BLOCK - 1) / BLOCK);
    }

    private void blocks(Random random, String form, int first) {
        boolean isSingle = form.equals("ibm,dynamic-memory");
        List<Integer> cells = new ArrayList<>(List.of(0));
        for (int block = first; block < PAGES / BLOCK; ) {
            int count = isSingle ? 1 : random.nextInt(1, 5);
            int flags = FLAGS[random.nextInt(FLAGS.length)];
            int address = block * BLOCK * (int) PAGE;
            cells.addAll(
                    isSingle ? List.of(0, address, block, 0, 0, flags) : List.of(count, 0, address, block, 0, flags));
            cells.set(0, cells.get(0) + 1);
            if (flags == 8 || flags == 0x48) {
                memory.set(block * BLOCK, (block + count) * BLOCK);
            }
            block += count;
        }
        PropertyValue value =
                PropertyValue.ofCells(cells.stream().mapToInt(cell -> cell).toArray());
        tree.root()
                .add("ibm,dynamic-reconfiguration-memory")
                .set("ibm,lmb-size", u64(BLOCK * PAGE))
                .set(form, value);
        assertThat(node(tree, "/ibm,dynamic-reconfiguration-memory").property(form))
                .isPresent();
    }

    private List<PhysicalRange> ranges(Random random) {
        usable.clear();
        List<PhysicalRange> ranges = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            int first = random.nextInt(PAGES);
            PhysicalRange range = PhysicalRange.ofSize(first * PAGE, random.nextInt(1, 100) * PAGE);
            mark(usable, range);
            ranges.add(range);
        }
        return ranges;
    }

    private static void mark(BitSet pages, PhysicalRange range) {
        assertThat((range.start() | range.end()) % PAGE).isZero();
        pages.set((int) (range.start() / PAGE), (int) (range.end() / PAGE));
    }
}
