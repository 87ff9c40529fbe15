package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.memory.HoleRequest.Direction;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * RAM that the firmware reports in two neighbouring pieces is one hole. kexec-tools looks at each piece alone, and refuses a
 * segment that lies in both ("Invalid memory segment").
 */
class TouchingRamRegressionTest {
    @ParameterizedTest
    @EnumSource(Direction.class)
    void aSegmentMayLieInTwoNeighbouringRegions(Direction direction) throws MalformedInputException {
        MemoryMap map = FirmwareMemmap.parse(List.of(
                new FirmwareMemmap.Entry("0", "0x180000", "0x1fffff", "System RAM"),
                new FirmwareMemmap.Entry("1", "0x100000", "0x17ffff", "System RAM")));
        HoleRequest request = new HoleRequest("the kernel", 0x100000, 0x1000, 0, HoleRequest.NO_LIMIT, direction);

        assertThat(map.regions()).hasSize(2);
        assertThat(MemoryHoles.find(map.ram(), List.of(), request)).isEqualTo(new PhysicalRange(0x100000, 0x200000));
    }
}
