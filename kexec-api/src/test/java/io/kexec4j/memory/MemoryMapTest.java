package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.memory.HoleRequest.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryMapTest {
    private static MemoryRegion region(long start, long end, RegionType type) {
        return new MemoryRegion(new PhysicalRange(start, end), type);
    }

    @Test
    void regionsAreSortedUnsigned() {
        MemoryRegion low = region(0, 0x1000, RegionType.RAM);
        MemoryRegion neighbour = region(0x1000, 0x2000, RegionType.RAM);
        MemoryRegion high = region(Long.MIN_VALUE, -1, RegionType.RESERVED);

        MemoryMap map = new MemoryMap(List.of(high, neighbour, low));

        assertThat(map.regions()).containsExactly(low, neighbour, high);
        assertThat(map.ram()).containsExactly(low.range(), neighbour.range());
        assertThat(map.ranges(RegionType.RESERVED)).containsExactly(high.range());
        assertThat(map.ranges(RegionType.ACPI_NVS)).isEmpty();
    }

    @Test
    void regionsMustNotOverlapAlsoIfTheyAreOfOneType() {
        assertThatThrownBy(() -> new MemoryMap(List.of(
                        region(0x1000, 0x3000, RegionType.RAM),
                        region(0x4000, 0x5000, RegionType.RAM),
                        region(0, 0x1001, RegionType.RAM))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[0x0, 0x1001) System RAM and [0x1000, 0x3000) System RAM");
    }

    @Test
    void theRegionsAreCopied() {
        List<MemoryRegion> regions = new ArrayList<>(List.of(region(0, 1, RegionType.RAM)));
        MemoryMap map = new MemoryMap(regions);
        regions.clear();

        assertThat(map.regions()).hasSize(1);
    }

    @Test
    void everyTypeIsFoundByItsCodeAndItsName() {
        assertThat(RegionType.e820Types()).allSatisfy(type -> {
            assertThat(RegionType.ofE820(type.e820Code().orElseThrow())).isEqualTo(type);
            assertThat(RegionType.byName(type.name())).contains(type);
        });
        assertThat(RegionType.byName("reserved")).contains(RegionType.RESERVED);
        assertThat(RegionType.byName("PCI Bus 0000:00")).isEmpty();
    }

    @Test
    void aCodeThatHasNoNameIsKept() {
        assertThat(RegionType.ofE820(0xffffffffL).e820Code()).hasValue(0xffffffffL);
        assertThat(RegionType.ofE820(6)).isNotEqualTo(RegionType.ofE820(8));
    }

    @Test
    void aCodeHas32Bits() {
        assertThatThrownBy(() -> RegionType.ofE820(0x1_0000_0000L)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RegionType("x", OptionalLong.of(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 bits");
    }

    @Test
    void aRequestHasASizeAndAPowerOfTwo() {
        assertThatThrownBy(() -> new HoleRequest("x", 0, 1, 0, -1, Direction.TOP_DOWN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HoleRequest("x", 1, 3, 0, -1, Direction.TOP_DOWN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HoleRequest("x", 1, 0, 0, -1, Direction.TOP_DOWN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new HoleRequest("x", 1, Long.MIN_VALUE, 0, -1, Direction.TOP_DOWN))
                .hasToString("x: 0x1 bytes, aligned to 0x8000000000000000, within [0x0, 0xffffffffffffffff), as high as"
                        + " possible");
    }
}
