package io.kexec4j.fdt.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.fdt.EditableNode;
import io.kexec4j.fdt.EditableTree;
import io.kexec4j.fdt.FdtException;
import io.kexec4j.fdt.PropertyValue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random chains of buses, against a model that moves big numbers from list to list. */
class TranslationModelTest {
    private static final BigInteger CELL = BigInteger.ONE.shiftLeft(32);

    /** A window as the model knows it. */
    private record Part(BigInteger child, BigInteger parent, BigInteger size) {}

    /** A bus as the model knows it: no parts if all is the same above, no list if nothing is seen. */
    private record Bus(int addressCells, Optional<List<Part>> parts) {}

    @Test
    void translatesAsTheModelDoes() throws FdtException {
        int seen = 0;
        int unseen = 0;
        for (int seed = 0; seed < 3000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            EditableTree tree = EditableTree.empty();
            List<Bus> buses = new ArrayList<>();
            EditableNode device = chain(random, tree, buses).add("device");
            for (int i = 0; i < 8; i++) {
                int cells = buses.get(buses.size() - 1).addressCells;
                BigInteger address = BigInteger.valueOf(random.nextInt(0x600));
                Optional<BigInteger> expected = model(buses, address);
                OptionalLong found = Addresses.toCpu(device, Cells.ofNumber(address.longValue(), cells));
                assertThat(found.isPresent()).as("seed %d", seed).isEqualTo(expected.isPresent());
                if (expected.isPresent()) {
                    assertThat(found)
                            .as("seed %d", seed)
                            .hasValue(expected.get().longValueExact());
                    seen++;
                } else {
                    unseen++;
                }
            }
        }
        assertThat(seen).isGreaterThan(3000);
        assertThat(unseen).isGreaterThan(3000);
    }

    private static EditableNode chain(SplittableRandom random, EditableTree tree, List<Bus> buses) {
        EditableNode node = tree.root();
        buses.add(new Bus(cells(random, node), Optional.empty()));
        int depth = 1 + random.nextInt(4);
        for (int i = 0; i < depth; i++) {
            int above = buses.get(buses.size() - 1).addressCells;
            node = node.add("bus" + i);
            int address = cells(random, node);
            int size = node.property("#size-cells").orElseThrow().intAt(0);
            int kind = random.nextInt(12);
            if (kind > 0) {
                List<Part> parts = kind < 4 ? List.of() : parts(random);
                node.set("ranges", ranges(parts, address, above, size));
                buses.add(new Bus(address, Optional.of(parts)));
            } else {
                buses.add(new Bus(address, Optional.empty()));
            }
        }
        return node;
    }

    /** Numbers of 1, 2 or 4 cells: the three of a bus with flags are another matter. */
    private static int cells(SplittableRandom random, EditableNode node) {
        int address = 1 << random.nextInt(3);
        Trees.cells(node, address, 1 + random.nextInt(3));
        return address;
    }

    private static List<Part> parts(SplittableRandom random) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(5); i++) {
            parts.add(new Part(
                    BigInteger.valueOf(random.nextInt(0x400)),
                    BigInteger.valueOf(random.nextInt(0x400)),
                    BigInteger.valueOf(random.nextInt(0x400))));
        }
        return parts;
    }

    private static PropertyValue ranges(List<Part> parts, int address, int above, int size) {
        List<Integer> all = new ArrayList<>();
        for (Part part : parts) {
            put(all, part.child, address);
            put(all, part.parent, above);
            put(all, part.size, size);
        }
        return PropertyValue.ofCells(all.stream().mapToInt(Integer::intValue).toArray());
    }

    private static void put(List<Integer> all, BigInteger number, int cells) {
        for (int i = cells - 1; i >= 0; i--) {
            all.add(number.shiftRight(32 * i).mod(CELL).intValue());
        }
    }

    private static Optional<BigInteger> model(List<Bus> buses, BigInteger start) {
        BigInteger address = start;
        for (int i = buses.size() - 1; i > 0; i--) {
            Optional<List<Part>> parts = buses.get(i).parts;
            if (parts.isEmpty()) {
                return Optional.empty();
            }
            BigInteger at = address;
            Optional<Part> part = parts.get().stream()
                    .filter(each -> at.compareTo(each.child) >= 0 && at.compareTo(each.child.add(each.size)) < 0)
                    .findFirst();
            if (part.isPresent()) {
                address = at.subtract(part.get().child).add(part.get().parent);
            } else if (!parts.get().isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(address);
    }
}
