package io.kexec4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeighboursTest {
    private static final int PAGE = 0x1000;
    private static final int PAGES = 64;

    @TempDir
    private Path directory;

    private static Segment segment(SegmentRole role, long start, long end, Content content) {
        return new Segment(role, new PhysicalRange(start, end), content, "for a test");
    }

    private static List<Segment> random(Random random) {
        List<Segment> segments = new ArrayList<>();
        for (int page = random.nextInt(3); page < PAGES; ) {
            int pages = Math.min(1 + random.nextInt(3), PAGES - page);
            byte[] content = new byte[random.nextInt(pages * PAGE + 1)];
            random.nextBytes(content);
            segments.add(segment(
                    random.nextInt(4) == 0 ? SegmentRole.INITRD : SegmentRole.KERNEL,
                    (long) page * PAGE,
                    (long) (page + pages) * PAGE,
                    Content.of(content)));
            page += pages + (random.nextInt(4) == 0 ? 1 : 0);
        }
        return segments;
    }

    /** What the memory holds afterwards: the role and the byte at each address, or nothing. */
    private static List<String> memory(List<Segment> segments) throws IOException {
        String[] bytes = new String[PAGES * PAGE];
        for (Segment segment : segments) {
            byte[] content = segment.content().copy(0, (int) segment.content().size());
            for (int i = 0; i < segment.range().size(); i++) {
                bytes[(int) segment.range().start() + i] = segment.role() + " " + (i < content.length ? content[i] : 0);
            }
        }
        List<String> memory = new ArrayList<>();
        for (String value : bytes) {
            memory.add(String.valueOf(value));
        }
        return memory;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void mergingChangesNothingInMemory(long seed) throws IOException {
        Random random = new Random(seed);
        List<Segment> segments = random(random);
        for (int most : new int[] {1, 4, 16, 64}) {
            List<Segment> merged = Neighbours.merge(segments, most);

            assertThat(memory(merged)).isEqualTo(memory(segments));
            assertThat(merged).hasSizeLessThanOrEqualTo(Math.max(most, groups(segments)));
            assertThat(merged).hasSizeGreaterThanOrEqualTo(Math.min(most, segments.size()));
        }
    }

    /** As few as there can be. */
    private static int groups(List<Segment> segments) {
        int groups = 1;
        for (int i = 1; i < segments.size(); i++) {
            Segment before = segments.get(i - 1);
            boolean touch = before.range().end() == segments.get(i).range().start();
            groups += touch && before.role() == segments.get(i).role() ? 0 : 1;
        }
        return groups;
    }

    @Test
    void aLongTailOfZeroesIsNotWrittenOut() {
        Segment bss = segment(SegmentRole.KERNEL, 0x1000, 0x4000_0000, Content.of(new byte[] {1}));
        Segment behind = segment(SegmentRole.KERNEL, 0x4000_0000, 0x4000_1000, Content.of(new byte[] {2}));

        assertThat(Neighbours.merge(List.of(behind, bss), 1)).containsExactly(bss, behind);
    }

    @Test
    void largeContentIsCarriedByNeighboursWithoutACopy() throws IOException {
        long size = (5L << 30) + 123;
        Path file = directory.resolve("initrd");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(size);
        }
        long start = 1L << 32;
        Segment initrd = segment(SegmentRole.INITRD, start, start + (5L << 30) + PAGE, Content.ofFile(file));
        Segment kernel = segment(SegmentRole.KERNEL, 0x1000, 0x2000, Content.of(new byte[] {1}));

        List<Segment> split = Neighbours.split(List.of(kernel, initrd));

        assertThat(split).hasSize(4);
        assertThat(split.get(0)).isSameAs(kernel);
        assertThat(split.subList(1, 4)).allSatisfy(part -> {
            assertThat(part.role()).isEqualTo(SegmentRole.INITRD);
            assertThat(part.content().slices()).hasSize(1);
            assertThat(part.range().start() % 0x10000).isZero();
        });
        assertThat(split.get(1).range().start()).isEqualTo(start);
        assertThat(split.get(2).range().start()).isEqualTo(split.get(1).range().end());
        assertThat(split.get(3).range().start()).isEqualTo(split.get(2).range().end());
        assertThat(split.get(3).range().end()).isEqualTo(initrd.range().end());
        assertThat(split.stream()
                        .skip(1)
                        .mapToLong(part -> part.content().size())
                        .sum())
                .isEqualTo(size);
    }
}
