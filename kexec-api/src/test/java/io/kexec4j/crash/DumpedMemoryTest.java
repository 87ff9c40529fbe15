package io.kexec4j.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.CrashFacts;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DumpedMemoryTest {
    private static final int BYTES = 4000;

    private static CrashRules rules(Optional<PhysicalRange> lent, Optional<PhysicalRange> backedUp) {
        return rules(lent, backedUp, List.of());
    }

    private static CrashRules rules(
            Optional<PhysicalRange> lent, Optional<PhysicalRange> backedUp, List<PhysicalRange> firmware) {
        return new CrashRules(true, true, Set.of(), 1, lent, backedUp, firmware, -1);
    }

    /** Ranges that ascend and do not overlap, but may touch. */
    private static List<PhysicalRange> ranges(RandomGenerator random, int most) {
        List<PhysicalRange> ranges = new ArrayList<>();
        int at = random.nextInt(BYTES / 4);
        for (int i = random.nextInt(most + 1); i > 0 && at < BYTES - 1; i--) {
            int end = at + 1 + random.nextInt(Math.min(BYTES - at - 1, 2 * BYTES / most) + 1);
            ranges.add(new PhysicalRange(at, Math.min(end, BYTES)));
            at = Math.min(end, BYTES) + (random.nextBoolean() ? 0 : random.nextInt(BYTES / most));
        }
        return ranges;
    }

    private static void set(BitSet bits, PhysicalRange range, boolean value) {
        bits.set((int) range.start(), (int) range.end(), value);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void isRamByteForByteWithoutWhatIsLeftOut(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int run = 0; run < 400; run++) {
            List<PhysicalRange> ram = ranges(random, 40);
            List<PhysicalRange> setApart = ranges(random, 2);
            List<PhysicalRange> cma = ranges(random, 4);
            List<PhysicalRange> apertures = ranges(random, 10);
            List<PhysicalRange> lent = ranges(random, 1);
            BitSet model = new BitSet();
            ram.forEach(range -> set(model, range, true));
            List.of(setApart, cma, apertures, lent).forEach(left -> left.forEach(range -> set(model, range, false)));
            List<PhysicalRange> firmware = ranges(random, 3);
            BitSet kept = new BitSet();
            firmware.forEach(range -> set(kept, range, true));
            BitSet isRam = new BitSet();
            ram.forEach(range -> set(isRam, range, true));
            kept.and(isRam);
            model.or(kept);

            DumpedMemory dumped = DumpedMemory.of(
                    CrashFacts.builder(ram, setApart)
                            .cmaRanges(cma)
                            .apertures(apertures)
                            .build(),
                    rules(lent.stream().findFirst(), Optional.empty(), firmware));

            BitSet found = new BitSet();
            long last = -1;
            for (PhysicalRange range : dumped.ranges()) {
                assertThat(range.start()).isGreaterThan(last);
                last = range.end();
                set(found, range, true);
            }
            assertThat(found).isEqualTo(model);
        }
    }

    @Test
    void whatIsCopiedIsARangeOfItsOwnThoughOthersTouchIt() {
        PhysicalRange copied = new PhysicalRange(0x1000, 0x2000);
        DumpedMemory dumped = DumpedMemory.of(
                CrashFacts.builder(List.of(new PhysicalRange(0, 0x10000)), List.of())
                        .build(),
                rules(Optional.empty(), Optional.of(copied)));
        assertThat(dumped.ranges())
                .containsExactly(new PhysicalRange(0, 0x1000), copied, new PhysicalRange(0x2000, 0x10000));
    }

    @Test
    void aHundredThousandRangesAreSplitAtEveryEdge() {
        List<PhysicalRange> ram = new ArrayList<>();
        List<PhysicalRange> holes = new ArrayList<>();
        List<PhysicalRange> expected = new ArrayList<>();
        for (long i = 0; i < 100_000; i++) {
            long start = 0x10000 + i * 0x8000;
            ram.add(PhysicalRange.ofSize(start, 0x4000));
            holes.add(PhysicalRange.ofSize(start + 0x1000, 0x1000));
            expected.add(PhysicalRange.ofSize(start, 0x1000));
            expected.add(PhysicalRange.ofSize(start + 0x2000, 0x2000));
        }
        DumpedMemory dumped = DumpedMemory.of(
                CrashFacts.builder(ram, List.of()).apertures(holes).build(), rules(Optional.empty(), Optional.empty()));
        assertThat(dumped.ranges()).isEqualTo(expected);
    }
}
