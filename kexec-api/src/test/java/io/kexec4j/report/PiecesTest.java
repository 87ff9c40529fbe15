package io.kexec4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Printable;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SampleImages;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The pieces against a slow model that looks at every page. */
class PiecesTest {
    private static final int PAGES = 64;
    private static final long PAGE = 0x1000;

    @Test
    void everyPageIsWhereItBelongs() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            MemoryMap memory = memory(random);
            KexecImage image = image(random);
            List<Piece> pieces = Pieces.of(memory, image);

            long end = 0;
            for (Piece piece : pieces) {
                assertThat(piece.range().start()).as("seed %d", seed).isEqualTo(end);
                end = piece.range().end();
                for (long page = piece.range().start(); page < end; page += PAGE) {
                    assertThat(kind(piece)).as("seed %d, 0x%x", seed, page).isEqualTo(expected(memory, image, page));
                }
            }
            long last = end;
            assertThat(image.segments()).allMatch(segment -> segment.range().end() <= last);
            assertThat(memory.regions()).allMatch(region -> region.range().end() <= last);
        }
    }

    @Test
    void segmentsOutsideOfRamAreNoticed() {
        for (int seed = 0; seed < 2000; seed++) {
            Random random = new Random(seed);
            MemoryMap memory = memory(random);
            for (Piece piece : Pieces.of(memory, image(random))) {
                if (piece instanceof Piece.Placed placed) {
                    boolean inRam = true;
                    for (long page = placed.range().start();
                            page < placed.range().end();
                            page += PAGE) {
                        inRam &= contains(memory.ram(), page);
                    }
                    assertThat(placed.inRam()).as("seed %d", seed).isEqualTo(inRam);
                }
            }
        }
    }

    @Test
    void whatIsSetApartForCrashImagesIsAPlaceForThoseOnly() {
        MemoryMap memory = new MemoryMap(List.of(
                new MemoryRegion(new PhysicalRange(0, 8 * PAGE), RegionType.RAM),
                new MemoryRegion(new PhysicalRange(8 * PAGE, 16 * PAGE), RegionType.CRASH_KERNEL)));
        Segment segment = new Segment(
                SegmentRole.KERNEL, new PhysicalRange(10 * PAGE, 11 * PAGE), Content.of(new byte[] {1}), "test");
        for (Set<KexecFlag> flags : List.of(Set.of(KexecFlag.ON_CRASH), Set.<KexecFlag>of())) {
            KexecImage image = new KexecImage(Architecture.X86_64, PAGE, 10 * PAGE, List.of(segment), flags, List.of());
            List<Piece> pieces = Pieces.of(memory, image);
            assertThat(pieces)
                    .extracting(PiecesTest::kind)
                    .containsExactly("System RAM", "Crash kernel", "segment 0", "Crash kernel");
            assertThat(PieceText.detail(pieces.get(2)))
                    .isEqualTo(flags.isEmpty() ? "NOT IN THE RAM OF THIS MACHINE. test" : "test");
            assertThat(PieceText.detail(pieces.get(1))).isEqualTo("excluded: set apart for crash images");
        }
    }

    @Test
    void foldingLosesNothingAndKeepsSegments() {
        for (int seed = 0; seed < 500; seed++) {
            List<Piece> pieces = Pieces.of(Machines.random(seed), SampleImages.small());
            List<Piece> folded = Pieces.fold(pieces);
            List<Piece> unfolded = new ArrayList<>();
            for (Piece piece : folded) {
                if (piece instanceof Piece.Folded some) {
                    assertThat(some.pieces()).hasSizeGreaterThanOrEqualTo(3).noneMatch(Piece.Placed.class::isInstance);
                    unfolded.addAll(some.pieces());
                } else {
                    unfolded.add(piece);
                }
            }
            assertThat(unfolded).as("seed %d", seed).isEqualTo(pieces);
        }
    }

    @Test
    void dozensOfRegionsAreFolded() {
        List<Piece> pieces = Pieces.of(Machines.server(), SampleImages.small());

        assertThat(pieces).hasSizeGreaterThan(40);
        assertThat(Pieces.fold(pieces)).hasSizeLessThan(20);
        assertThat(Pieces.fold(pieces))
                .filteredOn(piece -> piece instanceof Piece.Region region && region.isRam())
                .anyMatch(piece -> piece.range().size() > 20L << 30);
    }

    @Test
    void sizesAreShort() {
        assertThat(List.of(0L, 1023L, 1024L, 1536L, 0xfffffL, 1L << 30, 24L << 30, 1L << 62, Long.MIN_VALUE, -1L))
                .extracting(Printable::size)
                .containsExactly(
                        "0 B", "1023 B", "1 KiB", "1.5 KiB", "1024 KiB", "1 GiB", "24 GiB", "4 EiB", "8 EiB", "16 EiB");
    }

    private static String kind(Piece piece) {
        if (piece instanceof Piece.Placed placed) {
            return "segment " + placed.index();
        }
        return piece instanceof Piece.Region region ? region.type().name() : "gap";
    }

    private static String expected(MemoryMap memory, KexecImage image, long page) {
        for (Segment segment : image.segments()) {
            if (segment.range().contains(page)) {
                return "segment " + image.segments().indexOf(segment);
            }
        }
        return memory.regions().stream()
                .filter(region -> region.range().contains(page))
                .map(region -> region.type().name())
                .findFirst()
                .orElse("gap");
    }

    private static boolean contains(List<PhysicalRange> ranges, long page) {
        return ranges.stream().anyMatch(range -> range.contains(page));
    }

    private static MemoryMap memory(Random random) {
        List<MemoryRegion> regions = new ArrayList<>();
        for (PhysicalRange range : ranges(random, 8)) {
            regions.add(new MemoryRegion(range, random.nextInt(4) == 0 ? RegionType.ACPI_NVS : RegionType.RAM));
        }
        return new MemoryMap(regions);
    }

    private static KexecImage image(Random random) {
        List<Segment> segments = new ArrayList<>();
        for (PhysicalRange range : ranges(random, 5)) {
            segments.add(SampleImages.segment(
                    SegmentRole.KERNEL, range.start(), range.end(), new byte[] {(byte) segments.size()}, "here"));
        }
        segments.add(SampleImages.segment(SegmentRole.INITRD, 0x10_0000, 0x10_1000, new byte[0], "with the entry"));
        return SampleImages.small().withSegments(segments);
    }

    private static List<PhysicalRange> ranges(Random random, int most) {
        List<PhysicalRange> ranges = new ArrayList<>();
        long page = random.nextInt(4);
        for (int i = random.nextInt(most + 1); i > 0 && page < PAGES; i--) {
            long size = 1L + random.nextInt(9);
            ranges.add(PhysicalRange.ofSize(page * PAGE, size * PAGE));
            page += size + (random.nextBoolean() ? 0 : random.nextInt(5));
        }
        return ranges;
    }
}
