package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.memory.HoleRequest.Direction;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A hole that ends before its first aligned address must not count. In u-root's {@code FindSpace} the size of such a hole
 * underflows to nearly 2^64 bytes, so that the kernel is placed where there is no RAM.
 */
class AlignmentBeyondHoleRegressionTest {
    private static final long KERNEL_SIZE = 0x940000;
    private static final long ALIGNMENT = 0x200000;

    private static PhysicalRange find(Direction direction, PhysicalRange... ram) {
        return MemoryHoles.find(
                List.of(ram),
                List.of(),
                new HoleRequest("the kernel", KERNEL_SIZE, ALIGNMENT, 0, HoleRequest.NO_LIMIT, direction));
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void aSmallHoleBelowAnAlignedAddressIsRefused(Direction direction) {
        assertThatThrownBy(() -> find(direction, new PhysicalRange(0x100000, 0x110000)))
                .isInstanceOf(NoMemoryHoleException.class);
    }

    @ParameterizedTest
    @EnumSource(Direction.class)
    void theHoleBehindItIsFound(Direction direction) {
        PhysicalRange large = new PhysicalRange(0x40000000, 0x60000000);

        PhysicalRange place = find(direction, new PhysicalRange(0x9000, 0x9f000), large);

        assertThat(large.contains(place)).isTrue();
        assertThat(place.start()).isEqualTo(direction == Direction.BOTTOM_UP ? 0x40000000L : 0x5f600000L);
    }
}
