package io.kexec4j.fdt.bindings;

import static io.kexec4j.fdt.FdtError.BADVALUE;

import io.kexec4j.fdt.DeviceTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.Node;
import io.kexec4j.fdt.PropertyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Memory that the hypervisor of a PowerPC machine may give and take in blocks of one size: the node {@code
 * /ibm,dynamic-reconfiguration-memory} (Linux on Power Architecture Reference, dynamic reconfiguration of memory, and what
 * Linux makes of it). It is there beside the {@linkplain MemoryNode memory nodes}, which have the rest of the memory.
 *
 * <p>The blocks are listed one by one ({@code ibm,dynamic-memory}), or in rows of neighbours with the same flags ({@code
 * ibm,dynamic-memory-v2}); where a tree has both, the first counts, as for Linux. All numbers are big-endian, addresses and
 * {@code ibm,lmb-size} of 64 bits.
 *
 * @param node the node
 * @param blockSize the size of a block in bytes ({@code ibm,lmb-size}), unsigned, not 0
 * @param rows the blocks, in order, those that the machine does not have among them
 * @param ranges the memory, in order, neighbours joined: the blocks that {@linkplain Row#isMemory count}; in the tree of a
 *     crash kernel what it may use of them ({@code linux,drconf-usable-memory})
 */
public record DynamicMemory(Node node, long blockSize, List<Row> rows, List<AddressRange> ranges) {
    private static final String PATH = "ibm,dynamic-reconfiguration-memory";
    private static final String BLOCK_SIZE = "ibm,lmb-size";
    private static final String SINGLE = "ibm,dynamic-memory";
    private static final String IN_ROWS = "ibm,dynamic-memory-v2";
    private static final String USABLE = "linux,drconf-usable-memory";

    /** Both forms of an entry are six cells. */
    private static final int ENTRY_CELLS = 6;

    /**
     * Creates a description.
     *
     * @param node as above
     * @param blockSize as above
     * @param rows as above
     * @param ranges as above
     */
    public DynamicMemory {
        rows = List.copyOf(rows);
        ranges = List.copyOf(ranges);
    }

    /**
     * Blocks that lie side by side and have the same flags.
     *
     * @param start physical address of the first block, unsigned
     * @param blocks how many there are, 0 to 2<sup>32</sup>&nbsp;-&nbsp;1
     * @param drcIndex the number by which the hypervisor knows the first block, unsigned; the others count up from it
     * @param associativityIndex the entry of {@code ibm,associativity-lookup-arrays} that says what they are near to; unsigned
     * @param flags the flags, of which {@link #ASSIGNED}, {@link #NO_ASSOCIATIVITY} and {@link #RESERVED} matter here
     */
    public record Row(long start, long blocks, int drcIndex, int associativityIndex, int flags) {
        /** The blocks belong to this machine: {@code DRCONF_MEM_ASSIGNED}. */
        public static final int ASSIGNED = 0x8;

        /** The associativity index says nothing: {@code DRCONF_MEM_AI_INVALID}. The blocks are memory all the same. */
        public static final int NO_ASSOCIATIVITY = 0x40;

        /** The blocks are no memory that this machine may use, assigned or not: {@code DRCONF_MEM_RESERVED}. */
        public static final int RESERVED = 0x80;

        /**
         * {@return whether the machine has these blocks: whether they are assigned, and not reserved}
         */
        public boolean isMemory() {
            return (flags & (ASSIGNED | RESERVED)) == ASSIGNED;
        }

        /**
         * {@return what the blocks are near to: an entry of {@code ibm,associativity-lookup-arrays}, unsigned; empty if that is
         * not known}
         */
        public OptionalInt associativity() {
            return (flags & NO_ASSOCIATIVITY) == 0 ? OptionalInt.of(associativityIndex) : OptionalInt.empty();
        }
    }

    /**
     * {@return the memory of a tree that comes in blocks; empty if it has no such node}
     *
     * <p>Where blocks lie that are not memory does not matter, and is not checked.
     *
     * @param tree the tree
     * @throws FdtException if a property of the node is malformed: if there is no size of a block, or if it is 0; if a list does
     *     not have as many entries as it says; or if memory wraps
     */
    public static Optional<DynamicMemory> of(DeviceTree tree) throws FdtException {
        Optional<? extends Node> node = tree.root().child(PATH);
        return node.isPresent() ? Optional.of(read(node.get())) : Optional.empty();
    }

    private static DynamicMemory read(Node node) throws FdtException {
        Optional<Long> blockSize = Values.read(node, BLOCK_SIZE, PropertyValue::asU64);
        Values.verify(blockSize.orElse(0L) != 0, BADVALUE, node, BLOCK_SIZE, "blocks of memory have a size, not 0");
        long size = blockSize.orElse(0L);
        String property = Values.has(node, SINGLE) ? SINGLE : IN_ROWS;
        List<Row> rows = rows(node, property);
        List<AddressRange> ranges = Values.has(node, USABLE) ? usable(node, rows) : memory(node, property, rows, size);
        return new DynamicMemory(node, size, rows, ranges);
    }

    /** The entries of a list: their number, and then all of them. */
    private static List<Row> rows(Node node, String property) throws FdtException {
        Optional<CellReader> reader = CellReader.of(node, property);
        List<Row> rows = new ArrayList<>();
        if (reader.isPresent()) {
            CellReader cells = reader.get();
            long count = Integer.toUnsignedLong(cells.next());
            long found = cells.remaining() / ENTRY_CELLS;
            Values.verify(
                    found == count && cells.remaining() % ENTRY_CELLS == 0,
                    BADVALUE,
                    node,
                    property,
                    "there are as many entries of %d cells as the first cell says: %d, not %d cells"
                            .formatted(ENTRY_CELLS, count, cells.remaining()));
            while (cells.hasMore()) {
                rows.add(property.equals(SINGLE) ? single(cells) : row(cells));
            }
        }
        return rows;
    }

    /** Address, index, a reserved cell, associativity, flags. */
    private static Row single(CellReader cells) throws FdtException {
        long start = cells.take(2).asLong();
        int drcIndex = cells.next();
        cells.next();
        return new Row(start, 1, drcIndex, cells.next(), cells.next());
    }

    /** Number of blocks, address, index, associativity, flags. */
    private static Row row(CellReader cells) throws FdtException {
        long blocks = Integer.toUnsignedLong(cells.next());
        return new Row(cells.take(2).asLong(), blocks, cells.next(), cells.next(), cells.next());
    }

    private static List<AddressRange> memory(Node node, String property, List<Row> rows, long blockSize)
            throws FdtException {
        List<AddressRange> ranges = new ArrayList<>();
        for (Row row : rows) {
            if (row.isMemory() && row.blocks() != 0) {
                Values.verify(
                        Long.compareUnsigned(row.blocks(), Long.divideUnsigned(-1, blockSize)) <= 0,
                        BADVALUE,
                        node,
                        property,
                        "%d blocks of 0x%x bytes do not wrap".formatted(row.blocks(), blockSize));
                add(ranges, AddressRange.read(row.start(), row.blocks() * blockSize, node, property));
            }
        }
        return ranges;
    }

    /**
     * For each block that is memory the number of its ranges, and then the ranges. Linux writes a number for the other blocks as
     * well, but does not expect one when it reads: it takes the first numbers for the blocks that are memory. What it thus has is
     * what counts for the machine that it runs on; the rest is not looked at.
     */
    private static List<AddressRange> usable(Node node, List<Row> rows) throws FdtException {
        List<AddressRange> ranges = new ArrayList<>();
        Optional<CellReader> reader = CellReader.of(node, USABLE);
        if (reader.isPresent()) {
            for (Row row : rows) {
                // Each block takes cells, so that a large number of blocks ends with those.
                for (long block = 0; row.isMemory() && block < row.blocks(); block++) {
                    usable(node, reader.get(), ranges);
                }
            }
        }
        return ranges;
    }

    private static void usable(Node node, CellReader cells, List<AddressRange> ranges) throws FdtException {
        long count = number(cells);
        for (long i = 0; Long.compareUnsigned(i, count) < 0; i++) {
            long start = number(cells);
            long size = number(cells);
            if (size != 0) {
                add(ranges, AddressRange.read(start, size, node, USABLE));
            }
        }
    }

    private static long number(CellReader cells) throws FdtException {
        return cells.take(2).asLong();
    }

    private static void add(List<AddressRange> ranges, AddressRange range) throws FdtException {
        int last = ranges.size() - 1;
        if (last >= 0 && ranges.get(last).end() == range.start()) {
            AddressRange before = ranges.get(last);
            ranges.set(last, new AddressRange(before.start(), before.size() + range.size()));
        } else {
            ranges.add(range);
        }
    }
}
