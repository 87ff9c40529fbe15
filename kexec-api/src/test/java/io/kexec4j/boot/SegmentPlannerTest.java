package io.kexec4j.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.NoMemoryHoleException;
import io.kexec4j.error.ProtocolLimitException;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.HoleRequest.Direction;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.util.List;
import org.junit.jupiter.api.Test;

class SegmentPlannerTest {
    private static final Target MACHINE = Target.builder(
                    Architecture.X86_64,
                    new MemoryMap(List.of(
                            region(0, 0x9_f000, RegionType.RAM),
                            region(0x9_f000, 0xa_0000, RegionType.RESERVED),
                            region(0x10_0000, 0x100_0000, RegionType.RAM),
                            region(0x100_0000, 0x200_0000, RegionType.RAM),
                            region(0x200_0000, 0x200_1000, RegionType.ACPI_NVS))))
            .build();
    private static final PhysicalRange ALL = new PhysicalRange(0, -1);

    private final SegmentPlanner planner = new SegmentPlanner(MACHINE, ALL);

    private static MemoryRegion region(long start, long end, RegionType type) {
        return new MemoryRegion(new PhysicalRange(start, end), type);
    }

    @Test
    void whatHasOnePlaceGetsItAlsoAcrossNeighbouringRegions() {
        planner.placeAt("kernel", new PhysicalRange(0xff_f000, 0x100_1000));
        assertThat(planner.place("initrd", 0x1000, 1, new PhysicalRange(0x100_0000, -1), Direction.BOTTOM_UP))
                .isEqualTo(new PhysicalRange(0x100_1000, 0x100_2000));
        assertThatNoException().isThrownBy(() -> planner.placeAt("more", new PhysicalRange(0x100_2000, 0x100_3000)));
    }

    @Test
    void allThatIsInTheWayIsNamed() {
        assertThatThrownBy(() -> planner.placeAt("kernel", new PhysicalRange(0x9_e000, 0x10_1000)))
                .isInstanceOf(NoMemoryHoleException.class)
                .hasMessage("""
                        no room for kernel, which must lie at [0x9e000, 0x101000):
                          [0x9f000, 0xa0000): Reserved
                          [0xa0000, 0x100000): no memory""");
        assertThatThrownBy(() -> planner.placeAt("kernel", new PhysicalRange(0x1ff_f000, 0x200_2000)))
                .hasMessageContaining("[0x2000000, 0x2001000): ACPI Non-volatile Storage\n")
                .hasMessageEndingWith("[0x2001000, 0x2002000): no memory");
    }

    @Test
    void roomIsLeftAboveWhatIsPlacedHigh() {
        PhysicalRange kernel = planner.placeBelowRoom("kernel", 0x8000, 0x5001, 0x10000, ALL);
        assertThat(kernel).isEqualTo(new PhysicalRange(0x1ff_0000, 0x1ff_8000));
        assertThat(planner.place("rest", 0x6000, 1, new PhysicalRange(kernel.end(), -1), Direction.BOTTOM_UP))
                .isEqualTo(new PhysicalRange(0x1ff_8000, 0x1ff_e000));
    }

    @Test
    void withoutSuchRoomItIsPlacedLow() {
        assertThat(planner.placeBelowRoom("kernel", 0x8000, 0x200_0000, 0x10000, ALL))
                .isEqualTo(new PhysicalRange(0, 0x8000));
    }

    @Test
    void whatLiesThereAlreadyIsNamed() {
        planner.placeAt("boot_params", new PhysicalRange(0x11_0000, 0x11_2000));
        assertThatThrownBy(() -> planner.placeAt("kernel", new PhysicalRange(0x10_0000, 0x12_0000)))
                .hasMessageEndingWith("  [0x110000, 0x112000): boot_params lies there");
    }

    @Test
    void theWindowHoldsForWhatHasOnePlaceToo() {
        SegmentPlanner confined = new SegmentPlanner(MACHINE, new PhysicalRange(0x20_0000, 0x30_0000));
        assertThatThrownBy(() -> confined.placeAt("kernel", new PhysicalRange(0x1f_0000, 0x31_0000)))
                .hasMessageContaining("[0x1f0000, 0x200000): outside the window [0x200000, 0x300000)\n")
                .hasMessageEndingWith("[0x300000, 0x310000): outside the window [0x200000, 0x300000)");
    }

    @Test
    void halfOfTheMemoryIsTheMost() {
        assertThatThrownBy(() -> planner.placeAt("kernel", new PhysicalRange(0x10_0000, 0x1ff_0000)))
                .isInstanceOf(ProtocolLimitException.class)
                .hasMessageContaining("up to the kernel");
    }

    @Test
    void segmentsArePages() {
        for (PhysicalRange range :
                List.of(new PhysicalRange(0x10_0000, 0x10_0001), new PhysicalRange(0x10_0800, 0x10_2000))) {
            assertThatThrownBy(() -> planner.placeAt("kernel", range))
                    .isInstanceOf(UnsupportedCombinationException.class)
                    .hasMessage("the kernel must lie at %s, which is not made of pages of 0x1000 bytes", range);
        }
    }
}
