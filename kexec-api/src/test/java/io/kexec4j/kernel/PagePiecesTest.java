package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.kexec4j.bytes.Content;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments that share pages, against a map of bytes. */
class PagePiecesTest {
    private static LoadSegment segment(long start, long size, byte... content) {
        return new LoadSegment(PhysicalRange.ofSize(start, size), Content.of(content));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 16, 64})
    void everyByteIsWhatItWas(int pageSize) throws IOException {
        for (int seed = 0; seed < 3000; seed++) {
            Random random = new Random(seed);
            List<LoadSegment> segments = segments(random);
            Collections.shuffle(segments, random);
            List<LoadSegment> pieces = LoadSegment.pages(segments, pageSize);
            assertThat(memory(pieces)).as("seed %d", seed).isEqualTo(pages(memory(segments), pageSize));
            assertThat(pieces).as("seed %d", seed).hasSizeLessThanOrEqualTo(segments.size());
            long end = 0;
            for (LoadSegment piece : pieces) {
                assertThat(piece.range().start() % pageSize).isZero();
                assertThat(piece.range().end() % pageSize).isZero();
                assertThat(piece.range().start()).isGreaterThanOrEqualTo(end);
                end = piece.range().end();
            }
        }
    }

    private static List<LoadSegment> segments(Random random) {
        List<LoadSegment> segments = new ArrayList<>();
        long at = random.nextInt(40);
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            int size = 1 + random.nextInt(random.nextBoolean() ? 8 : 100);
            byte[] content = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(size + 1)];
            random.nextBytes(content);
            segments.add(segment(at, size, content));
            at += size + (random.nextBoolean() ? 0 : random.nextInt(50));
        }
        return segments;
    }

    /** Every byte of memory that the segments say something about. */
    private static Map<Long, Byte> memory(List<LoadSegment> segments) throws IOException {
        Map<Long, Byte> memory = new TreeMap<>();
        for (LoadSegment segment : segments) {
            byte[] content = segment.content().copy(0, (int) segment.content().size());
            for (int i = 0; i < segment.range().size(); i++) {
                byte value = i < content.length ? content[i] : 0;
                assertThat(memory.put(segment.range().start() + i, value)).isNull();
            }
        }
        return memory;
    }

    /** With zeroes for the other bytes of each page. */
    private static Map<Long, Byte> pages(Map<Long, Byte> memory, int pageSize) {
        Map<Long, Byte> pages = new TreeMap<>(memory);
        for (long address : memory.keySet()) {
            long page = address - address % pageSize;
            for (int i = 0; i < pageSize; i++) {
                pages.putIfAbsent(page + i, (byte) 0);
            }
        }
        return pages;
    }

    /** A piece for itself, so that a bss of petabytes is not written as zeroes into the piece before what follows it. */
    @Test
    void zeroesThatReachIntoTheNextSegmentsPageAreNotWritten() {
        assertThat(LoadSegment.pages(
                        List.of(segment(0x1000, 0x4000000000000L, (byte) 1), segment(0x4000000001010L, 0x10, (byte) 2)),
                        4096))
                .extracting(LoadSegment::range, piece -> piece.content().size())
                .containsExactly(
                        tuple(new PhysicalRange(0x1000, 0x4000000001000L), 1L),
                        tuple(new PhysicalRange(0x4000000001000L, 0x4000000002000L), 0x11L));
    }

    @Test
    void alignedSegmentsStayAsTheyAre() {
        List<LoadSegment> segments = List.of(segment(0x1000, 0x1000, (byte) 1), segment(0x2000, 0x2000, (byte) 2));
        assertThat(LoadSegment.pages(segments, 4096)).isEqualTo(segments);
        assertThat(LoadSegment.pages(List.of(), 4096)).isEmpty();
    }

    @Test
    void mistakesAreRefused() {
        List<LoadSegment> one = List.of(segment(0x1000, 0x1000));
        for (long pageSize : new long[] {0, -1, 3, 1 << 17, Long.MIN_VALUE}) {
            assertThatThrownBy(() -> LoadSegment.pages(one, pageSize)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> LoadSegment.pages(List.of(one.get(0), one.get(0)), 4096))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LoadSegment.pages(List.of(segment(-0x10800, 0x1000)), 4096))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> segment(0, 1, (byte) 1, (byte) 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
