package io.kexec4j.memory;

import static io.kexec4j.memory.HoleRequest.NO_LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.memory.HoleRequest.Direction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryHolesTest {
    private static final PhysicalRange HOLE = new PhysicalRange(0x1800, 0x5000);

    private static HoleRequest request(long size, long alignment, long min, long max) {
        return new HoleRequest("the initrd", size, alignment, min, max, Direction.BOTTOM_UP);
    }

    @ParameterizedTest
    @CsvSource({
        "0x4000, 0x1000,      0,     -1, 'too small: 0x3800 bytes'",
        "0x1000, 0x1000, 0x5000,     -1, 'below the lowest address 0x5000'",
        "0x1000, 0x1000,      0, 0x1800, 'above the limit 0x1800'",
        "0x1000, 0x1000, 0x4000, 0x3000, 'no address lies within [0x4000, 0x3000)'",
        "0x1000, 0x1000, 0x2000, 0x2800, 'too small: 0x800 bytes within [0x2000, 0x2800)'",
        "0x3800, 0x1000,      0,     -1, 'too small after alignment: 0x3000 bytes from 0x2000'",
        "0x1000, 0x8000,      0,     -1, 'no address in [0x1800, 0x5000) is aligned to 0x8000'",
    })
    void theReasonSaysWithNumbersWhyAHoleFailed(String size, String alignment, String min, String max, String reason) {
        HoleRequest request = request(Long.decode(size), Long.decode(alignment), Long.decode(min), Long.decode(max));

        NoMemoryHoleException e = catchThrowableOfType(
                NoMemoryHoleException.class, () -> MemoryHoles.find(List.of(HOLE), List.of(), request));

        assertThat(e.rejected())
                .containsExactly(new NoMemoryHoleException.RejectedHole(HOLE.start(), HOLE.end(), reason));
        assertThat(e).hasMessageContaining("the initrd").hasMessageContaining(reason);
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void anAddressThatWouldBeRoundedUpBeyond64BitsIsNone(Direction direction) {
        List<PhysicalRange> top = List.of(new PhysicalRange(-0x1000 + 1, -1));

        assertThatThrownBy(
                        () -> MemoryHoles.find(top, List.of(), new HoleRequest("x", 1, 0x1000, 0, NO_LIMIT, direction)))
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("is aligned to 0x1000");
    }

    @Test
    void withoutMemoryThereAreNoHoles() {
        assertThatThrownBy(() -> MemoryHoles.find(List.of(), List.of(HOLE), request(1, 1, 0, NO_LIMIT)))
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessageContaining("no free memory at all");
    }

    @Test
    void oneReservationMayCoverSeveralRanges() {
        List<PhysicalRange> ram = List.of(
                new PhysicalRange(0x1000, 0x2000),
                new PhysicalRange(0x3000, 0x4000),
                new PhysicalRange(0x5000, 0x6000));

        assertThat(MemoryHoles.holes(ram, List.of(new PhysicalRange(0x1800, 0x5800))))
                .containsExactly(new PhysicalRange(0x1000, 0x1800), new PhysicalRange(0x5800, 0x6000));
    }

    @Test
    void manyRangesAreNoBurden() {
        List<PhysicalRange> ram = new ArrayList<>();
        List<PhysicalRange> reserved = new ArrayList<>();
        for (long i = 200_000; i > 0; i--) {
            ram.add(PhysicalRange.ofSize(i * 0x1000, 0x1000));
            reserved.add(PhysicalRange.ofSize(i * 0x1000, 0x10));
        }

        assertThat(MemoryHoles.holes(ram, reserved)).hasSize(200_000);
        assertThat(MemoryHoles.find(ram, reserved, request(0xff0, 0x10, 0, NO_LIMIT))
                        .start())
                .isEqualTo(0x1010);
    }
}
