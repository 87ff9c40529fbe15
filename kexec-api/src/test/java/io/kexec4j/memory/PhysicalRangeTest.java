package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PhysicalRangeTest {
    private static final long MIDDLE = Long.MIN_VALUE;
    private static final PhysicalRange ACROSS_THE_MIDDLE = new PhysicalRange(MIDDLE - 0x10, MIDDLE + 0x10);

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "-1, 0", "-1, -1", "-1, 1"})
    void aRangeEndsBehindItsStart(long start, long end) {
        assertThatThrownBy(() -> new PhysicalRange(start, end))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must end behind its start");
    }

    @Test
    void addressesAreUnsigned() {
        assertThat(new PhysicalRange(0, -1).size()).isEqualTo(-1);
        assertThat(ACROSS_THE_MIDDLE.size()).isEqualTo(0x20);
        assertThat(ACROSS_THE_MIDDLE).hasToString("[0x7ffffffffffffff0, 0x8000000000000010)");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, -1", "-1, 1", "-2, 2", "-9223372036854775808, -9223372036854775808"})
    void aSizeThatIsZeroOrWrapsIsRefused(long start, long size) {
        assertThatThrownBy(() -> PhysicalRange.ofSize(start, size)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInclusiveEndBelongsToTheRange() {
        assertThat(PhysicalRange.ofInclusive(0, 0)).isEqualTo(new PhysicalRange(0, 1));
        assertThat(PhysicalRange.ofInclusive(-2, -2)).isEqualTo(PhysicalRange.ofSize(-2, 1));
        assertThatThrownBy(() -> PhysicalRange.ofInclusive(0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PhysicalRange.ofInclusive(1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theEndDoesNotBelongToIt() {
        assertThat(Stream.of(MIDDLE - 0x11, MIDDLE - 0x10, MIDDLE, MIDDLE + 0xf, MIDDLE + 0x10, 0L, -1L)
                        .filter(ACROSS_THE_MIDDLE::contains))
                .containsExactly(MIDDLE - 0x10, MIDDLE, MIDDLE + 0xf);
    }

    @Test
    void aRangeContainsItselfAndItsParts() {
        assertThat(ACROSS_THE_MIDDLE.contains(ACROSS_THE_MIDDLE)).isTrue();
        assertThat(ACROSS_THE_MIDDLE.contains(PhysicalRange.ofSize(MIDDLE, 1))).isTrue();
        assertThat(ACROSS_THE_MIDDLE.contains(PhysicalRange.ofSize(MIDDLE, 0x11)))
                .isFalse();
        assertThat(ACROSS_THE_MIDDLE.contains(PhysicalRange.ofSize(MIDDLE - 0x11, 2)))
                .isFalse();
    }

    @Test
    void neighboursDoNotOverlap() {
        PhysicalRange above = new PhysicalRange(MIDDLE + 0x10, -1);

        assertThat(ACROSS_THE_MIDDLE.overlaps(above)).isFalse();
        assertThat(above.overlaps(ACROSS_THE_MIDDLE)).isFalse();
        assertThat(ACROSS_THE_MIDDLE.overlaps(PhysicalRange.ofSize(MIDDLE + 0xf, 1)))
                .isTrue();
        assertThat(ACROSS_THE_MIDDLE.overlaps(new PhysicalRange(0, -1))).isTrue();
    }

    @Test
    void theOrderIsUnsignedByStartThenEnd() {
        PhysicalRange low = new PhysicalRange(1, 2);
        PhysicalRange lowLong = new PhysicalRange(1, -1);
        PhysicalRange high = new PhysicalRange(-3, -2);

        assertThat(Stream.of(high, lowLong, low).sorted()).containsExactly(low, lowLong, high);
    }
}
