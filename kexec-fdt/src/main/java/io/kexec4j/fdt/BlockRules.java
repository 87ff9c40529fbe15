package io.kexec4j.fdt;

import static io.kexec4j.fdt.SpecificationRule.BLOCK_OVERLAP;
import static io.kexec4j.fdt.SpecificationRule.LAST_COMPATIBLE_VERSION;
import static io.kexec4j.fdt.SpecificationRule.VERSION;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rules about the header and where the blocks lie. */
final class BlockRules {
    private BlockRules() {}

    /** A block, and where in the header it is said where it begins. */
    private record Block(int start, int end, int field) {}

    static void check(Fdt tree, List<Violation> found) {
        FdtHeader header = tree.header();
        if (header.version() == FdtHeader.OLDEST_VERSION) {
            found.add(violation(VERSION, 20));
        }
        if (header.lastCompatibleVersion() != FdtHeader.OLDEST_VERSION) {
            found.add(violation(LAST_COMPATIBLE_VERSION, 24));
        }
        int reservations = (tree.reservations().size() + 1) * 2 * Long.BYTES;
        List<Block> blocks = Stream.of(
                        new Block(
                                0,
                                header.version() == FdtHeader.OLDEST_VERSION ? FdtHeader.SIZE_16 : FdtHeader.SIZE,
                                0),
                        new Block(header.reservationsOffset(), header.reservationsOffset() + reservations, 16),
                        new Block(header.structureOffset(), TokenRules.end(tree), 8),
                        new Block(header.stringsOffset(), header.stringsOffset() + header.stringsSize(), 12))
                .sorted(Comparator.comparingInt(Block::start).thenComparingInt(Block::end))
                .toList();
        for (int i = 1; i < blocks.size(); i++) {
            if (blocks.get(i).start() < blocks.get(i - 1).end()) {
                found.add(violation(BLOCK_OVERLAP, blocks.get(i).field()));
            }
        }
    }

    private static Violation violation(SpecificationRule rule, int field) {
        return new Violation(rule, field, Optional.empty(), Optional.empty());
    }
}
