package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** kexec-tools moves the first segment of a kernel, and leaves the others where they were linked for: on the running kernel. */
class OtherSegmentsRegressionTest {
    @Test
    void allSegmentsAreMovedTogether() throws IOException {
        assertThat(KexecImageBuilder.forTarget(Ppc64Machines.guest().build())
                        .kernel(new Ppc64Files(ByteOrder.LITTLE_ENDIAN)
                                .sizes(0x8000, 0x1_0000)
                                .pieces(3, MIB)
                                .kernel())
                        .build()
                        .segments())
                .filteredOn(segment -> segment.role() == SegmentRole.KERNEL)
                .extracting(Segment::range)
                .containsExactly(
                        PhysicalRange.ofSize(0x288_0000, 0x1_0000),
                        PhysicalRange.ofSize(0x288_0000 + MIB, 0x1_0000),
                        PhysicalRange.ofSize(0x288_0000 + 2 * MIB, 0x1_0000));
    }
}
