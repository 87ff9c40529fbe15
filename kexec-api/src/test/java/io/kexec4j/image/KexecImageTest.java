package io.kexec4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.memory.PhysicalRange;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KexecImageTest {
    private static final Segment KERNEL = segment(SegmentRole.KERNEL, 0x100000, 0x200000, 0x12345);
    private static final Segment INITRD = segment(SegmentRole.INITRD, 0x7f000000, 0x7f001000, 17);

    private static Segment segment(SegmentRole role, long start, long end, int contentSize) {
        return new Segment(
                role, new PhysicalRange(start, end), Content.of(new byte[contentSize]), "as high as possible");
    }

    private static KexecImage image(long pageSize, long entry, Segment... segments) {
        return new KexecImage(Architecture.X86_64, pageSize, entry, List.of(segments), Set.of(), List.of());
    }

    @Test
    void segmentsAreSortedUnsigned() {
        Segment high = segment(SegmentRole.PURGATORY, Long.MIN_VALUE, Long.MIN_VALUE + 0x1000, 1);

        KexecImage image = image(0x1000, 0x100000, high, INITRD, KERNEL);

        assertThat(image.segments()).containsExactly(KERNEL, INITRD, high);
        assertThat(image.segment(SegmentRole.INITRD)).contains(INITRD);
        assertThat(image.segment(SegmentRole.BOOT_PARAMS)).isEmpty();
    }

    @Test
    void theFlagsCarryTheArchitecture() {
        assertThat(image(0x1000, 0x100000, KERNEL).flagBits()).isEqualTo(0x3e0000);
        assertThat(new KexecImage(
                                Architecture.X86_64,
                                0x1000,
                                0x100000,
                                List.of(KERNEL),
                                Set.of(KexecFlag.ON_CRASH),
                                List.of())
                        .flagBits())
                .isEqualTo(0x3e0001);
    }

    @Test
    void thereAreAtMost16Segments() {
        Segment[] segments = LongStream.rangeClosed(1, 17)
                .mapToObj(i -> segment(SegmentRole.KERNEL, i * 0x1000, (i + 1) * 0x1000, 0))
                .toArray(Segment[]::new);

        assertThat(image(0x1000, 0x1000, List.of(segments).subList(0, 16).toArray(new Segment[0]))
                        .segments())
                .hasSize(16);
        assertThatThrownBy(() -> image(0x1000, 0x1000, segments))
                .isInstanceOfSatisfying(ProtocolLimitException.class, e -> {
                    assertThat(e.value()).isEqualTo(17);
                    assertThat(e.limit()).isEqualTo(16);
                });
    }

    @Test
    void segmentsMustNotOverlap() {
        assertThatThrownBy(() -> image(
                        0x1000, 0x100000, KERNEL, INITRD, segment(SegmentRole.BOOT_PARAMS, 0x1ff000, 0x201000, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not overlap");
    }

    @ParameterizedTest
    @CsvSource({"0x100800, 0x101000, 0x1000", "0x100000, 0x100800, 0x1000", "0x101000, 0x110000, 0x10000"})
    void segmentsBeginAndEndAtAPageOfTheTarget(String start, String end, String pageSize) {
        Segment segment = segment(SegmentRole.KERNEL, Long.decode(start), Long.decode(end), 0);

        assertThatThrownBy(() -> image(Long.decode(pageSize), Long.decode(start), segment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the kernel")
                .hasMessageContaining(pageSize);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 3, 0x1001, 0x3000})
    void aPageSizeIsAPowerOfTwo(long pageSize) {
        assertThatThrownBy(() -> image(pageSize, 0x100000, KERNEL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("power of two");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0xfffff, 0x200000, -1})
    void theEntryLiesInASegment(long entry) {
        assertThatThrownBy(() -> image(0x1000, entry, KERNEL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the entry 0x%x".formatted(entry));
    }

    @Test
    void withoutSegmentsThereIsNoEntry() {
        assertThatThrownBy(() -> image(0x1000, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contentIsNotLargerThanItsMemory() {
        assertThat(segment(SegmentRole.KERNEL, 0, 0x1000, 0x1000).content().size())
                .isEqualTo(0x1000);
        assertThatThrownBy(() -> segment(SegmentRole.KERNEL, 0, 0x1000, 0x1001))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0x1001");
        assertThatThrownBy(() -> INITRD.withContent(Content.of(new byte[0x1001])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherContentChangesNothingElse() {
        Content other = Content.of(new byte[5]);

        assertThat(INITRD.withContent(other))
                .isEqualTo(new Segment(INITRD.role(), INITRD.range(), other, INITRD.reason()));
    }

    @Test
    void theTableShowsWhereEverythingLiesAndWhy() {
        assertThat(image(0x1000, 0x100200, INITRD, KERNEL).describe()).isEqualTo("""
                        kexec image for x86_64, entry 0x100200, flags 0x3e0000
                        segment  role    from        to          memory  content   why there
                        0        kernel  0x100000    0x1fffff    1 MiB   72.8 KiB  as high as possible
                        1        initrd  0x7f000000  0x7f000fff  4 KiB   17 B      as high as possible
                        """);
    }

    @Test
    void architecturesHaveTheNamesOfLinuxAndJava() {
        assertThat(Architecture.byName("x86_64")).contains(Architecture.X86_64);
        assertThat(Architecture.byName("amd64")).contains(Architecture.X86_64);
        assertThat(Architecture.byName("X86_64")).isEmpty();
    }
}
