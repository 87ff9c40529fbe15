package io.kexec4j.memory;

import io.kexec4j.memory.HoleRequest.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes memory in a small window of the address space, and requests for it: always the same for the same seed. */
final class Generator {
    static final int WINDOW = 48;
    private static final int BEYOND = 6;

    private final Random random;
    private final long base;

    Generator(long seed, long base) {
        this.random = new Random(seed);
        this.base = base;
    }

    List<PhysicalRange> ranges(int atMost) {
        List<PhysicalRange> ranges = new ArrayList<>();
        for (int i = random.nextInt(atMost + 1); i > 0; i--) {
            int start = random.nextInt(WINDOW);
            ranges.add(PhysicalRange.ofSize(base + start, 1 + random.nextInt(Math.min(WINDOW - start, 20))));
        }
        return ranges;
    }

    HoleRequest request() {
        long alignment = random.nextInt(8) == 0 ? 1L << (56 + random.nextInt(8)) : 1L << random.nextInt(6);
        long size = random.nextInt(16) == 0 ? random.nextLong() | 1 : 1 + random.nextInt(12);
        return new HoleRequest(
                "test",
                size,
                alignment,
                random.nextBoolean() ? 0 : near(),
                random.nextBoolean() ? HoleRequest.NO_LIMIT : near(),
                random.nextBoolean() ? Direction.BOTTOM_UP : Direction.TOP_DOWN);
    }

    private long near() {
        return base - BEYOND + random.nextInt(WINDOW + 2 * BEYOND);
    }
}
