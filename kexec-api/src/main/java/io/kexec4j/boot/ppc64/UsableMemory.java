package io.kexec4j.boot.ppc64;

import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import io.kexec4j.fdt.bindings.AddressRange;
import io.kexec4j.fdt.bindings.CellCounts;
import io.kexec4j.fdt.bindings.DynamicMemory;
import io.kexec4j.fdt.bindings.MemoryNode;
import io.kexec4j.memory.MemoryHoles;
import io.kexec4j.memory.PhysicalRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/** What a crash kernel may use of the memory that a tree tells of: a property of each node that has some. */
final class UsableMemory {
    private static final String OF_NODE = "linux,usable-memory";
    private static final String OF_BLOCKS = "linux,drconf-usable-memory";

    /** 64 TiB in blocks of 256 MiB, which no machine has; the property then has 2 MiB at least. */
    private static final long MOST_BLOCKS = 1 << 18;

    private UsableMemory() {}

    /** Removes what a tree says of it; says whether it said anything, and thus was that of a crash kernel. */
    static boolean remove(EditableTree tree) throws FdtException {
        boolean wasThere = false;
        for (EditableNode node : PowerNodes.memory(tree.root().children())) {
            wasThere |= node.unset(OF_NODE);
        }
        Optional<EditableNode> blocks = tree.root().child(PowerNodes.DYNAMIC_MEMORY);
        return blocks.map(node -> node.unset(OF_BLOCKS)).orElse(false) || wasThere;
    }

    /**
     * Says what may be used.
     *
     * @param tree a tree that says nothing of it
     * @param usable what may be used, in any order
     * @throws FdtException if a node with memory is malformed
     * @throws ProtocolLimitException if there are more blocks of memory than can be told of
     */
    static void set(EditableTree tree, List<PhysicalRange> usable) throws FdtException {
        List<PhysicalRange> apart = MemoryHoles.holes(usable, List.of());
        Set<EditableNode> nodes = new HashSet<>(PowerNodes.memory(tree.root().children()));
        CellCounts cells = CellCounts.below(tree.root());
        for (MemoryNode memory : MemoryNode.all(tree)) {
            if (memory.node() instanceof EditableNode node && nodes.contains(node)) {
                node.set(OF_NODE, value(cells, memory.ranges(), apart));
            }
        }
        Optional<DynamicMemory> blocks = DynamicMemory.of(tree);
        if (blocks.isPresent()) {
            tree.root().child(PowerNodes.DYNAMIC_MEMORY).orElseThrow().set(OF_BLOCKS, value(blocks.get(), apart));
        }
    }

    private static PropertyValue value(CellCounts cells, List<AddressRange> memory, List<PhysicalRange> usable)
            throws FdtException {
        List<AddressRange> ranges = new ArrayList<>();
        for (AddressRange whole : memory) {
            for (PhysicalRange range : within(new PhysicalRange(whole.start(), whole.end()), usable)) {
                ranges.add(new AddressRange(range.start(), range.size()));
            }
        }
        // An empty range, since a property without any would leave the node as it is.
        return ranges.isEmpty()
                ? PropertyValue.of(new byte[(cells.address() + cells.size()) * Integer.BYTES])
                : cells.encode(ranges);
    }

    /**
     * For each block the number of its ranges, and then these: start and size. Linux reads a number only for those blocks that are
     * memory, so there must be none for the others. (Its own loader and kexec-tools write one for every block, and a block that is
     * not memory then shifts the numbers of all behind it.)
     */
    private static PropertyValue value(DynamicMemory memory, List<PhysicalRange> usable) {
        LongStream.Builder numbers = LongStream.builder();
        long blocks = 0;
        for (DynamicMemory.Row row : memory.rows()) {
            if (row.isMemory()) {
                blocks += row.blocks();
                if (blocks > MOST_BLOCKS) {
                    throw new ProtocolLimitException(
                            "blocks of memory in the device tree of a crash kernel", blocks, MOST_BLOCKS);
                }
                for (long block = 0; block < row.blocks(); block++) {
                    long start = row.start() + block * memory.blockSize();
                    List<PhysicalRange> ranges = within(PhysicalRange.ofSize(start, memory.blockSize()), usable);
                    numbers.add(ranges.size());
                    ranges.forEach(range -> numbers.add(range.start()).add(range.size()));
                }
            }
        }
        return PropertyValue.ofU64(numbers.build().toArray());
    }

    /** What some memory has of ranges that ascend and lie apart. */
    private static List<PhysicalRange> within(PhysicalRange memory, List<PhysicalRange> ranges) {
        int first = 0;
        int last = ranges.size();
        while (first < last) {
            int middle = (first + last) >>> 1;
            if (Long.compareUnsigned(ranges.get(middle).end(), memory.start()) <= 0) {
                first = middle + 1;
            } else {
                last = middle;
            }
        }
        List<PhysicalRange> within = new ArrayList<>();
        for (int i = first; i < ranges.size() && ranges.get(i).overlaps(memory); i++) {
            PhysicalRange range = ranges.get(i);
            within.add(new PhysicalRange(
                    range.contains(memory.start()) ? memory.start() : range.start(),
                    Long.compareUnsigned(range.end(), memory.end()) < 0 ? range.end() : memory.end()));
        }
        return within;
    }
}
