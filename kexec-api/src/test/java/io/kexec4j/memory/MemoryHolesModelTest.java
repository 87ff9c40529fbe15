package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.memory.HoleRequest.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The allocator against a model that looks at every byte: at both ends of the address space, and where the sign changes. */
class MemoryHolesModelTest {
    private static final int SEEDS = 5_000;

    @ParameterizedTest
    @ValueSource(longs = {0, 0x1_0000_0000L, Long.MIN_VALUE - Generator.WINDOW / 2, -1 - Generator.WINDOW})
    void aHoleIsALongestRunOfFreeBytes(long base) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Generator generator = new Generator(seed, base);
            List<PhysicalRange> ram = generator.ranges(6);
            List<PhysicalRange> reserved = generator.ranges(6);

            assertThat(MemoryHoles.holes(ram, reserved))
                    .as("seed %d, ram %s, reserved %s", seed, ram, reserved)
                    .isEqualTo(runs(base, free(base, ram, reserved)));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x1_0000_0000L, Long.MIN_VALUE - Generator.WINDOW / 2, -1 - Generator.WINDOW})
    void thePlaceIsTheFirstOrLastThatAllStartsTriedOneByOneGive(long base) {
        int found = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Generator generator = new Generator(seed, base);
            List<PhysicalRange> ram = generator.ranges(6);
            List<PhysicalRange> reserved = generator.ranges(3);
            HoleRequest request = generator.request();
            String inputs = "seed %d, ram %s, reserved %s, %s".formatted(seed, ram, reserved, request);
            OptionalLong expected = firstOrLast(base, free(base, ram, reserved), request);

            if (expected.isPresent()) {
                found++;
                assertThat(MemoryHoles.find(ram, reserved, request))
                        .as(inputs)
                        .isEqualTo(PhysicalRange.ofSize(expected.getAsLong(), request.size()));
            } else {
                NoMemoryHoleException e = catchThrowableOfType(
                        NoMemoryHoleException.class, () -> MemoryHoles.find(ram, reserved, request));
                assertThat(e).as(inputs).isNotNull();
                assertThat(e.rejected().stream().map(hole -> new PhysicalRange(hole.start(), hole.end())))
                        .as(inputs)
                        .isEqualTo(MemoryHoles.holes(ram, reserved));
                assertThat(e.rejected())
                        .as(inputs)
                        .allSatisfy(hole -> assertThat(hole.reason()).contains("0x"));
            }
        }
        assertThat(found).as("both outcomes are common").isBetween(SEEDS / 5, SEEDS * 4 / 5);
    }

    private static boolean[] free(long base, List<PhysicalRange> ram, List<PhysicalRange> reserved) {
        boolean[] free = new boolean[Generator.WINDOW];
        for (int i = 0; i < free.length; i++) {
            long address = base + i;
            free[i] = ram.stream().anyMatch(range -> range.contains(address))
                    && reserved.stream().noneMatch(range -> range.contains(address));
        }
        return free;
    }

    private static List<PhysicalRange> runs(long base, boolean[] free) {
        List<PhysicalRange> runs = new ArrayList<>();
        for (int i = 0; i < free.length; i++) {
            if (free[i]) {
                int end = i;
                while (end < free.length && free[end]) {
                    end++;
                }
                runs.add(new PhysicalRange(base + i, base + end));
                i = end;
            }
        }
        return runs;
    }

    private static OptionalLong firstOrLast(long base, boolean[] free, HoleRequest request) {
        OptionalLong last = OptionalLong.empty();
        for (int start = 0; start < free.length; start++) {
            if (fits(base, start, free, request)) {
                last = OptionalLong.of(base + start);
                if (request.direction() == Direction.BOTTOM_UP) {
                    break;
                }
            }
        }
        return last;
    }

    private static boolean fits(long base, int start, boolean[] free, HoleRequest request) {
        if (Long.compareUnsigned(request.size(), free.length - start) > 0
                || Long.remainderUnsigned(base + start, request.alignment()) != 0
                || Long.compareUnsigned(base + start, request.min()) < 0
                || Long.compareUnsigned(base + start + request.size(), request.max()) > 0) {
            return false;
        }
        for (int i = start; i < start + request.size(); i++) {
            if (!free[i]) {
                return false;
            }
        }
        return true;
    }
}
