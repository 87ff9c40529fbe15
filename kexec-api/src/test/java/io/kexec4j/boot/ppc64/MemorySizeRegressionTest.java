package io.kexec4j.boot.ppc64;

import static io.kexec4j.boot.ppc64.Ppc64Machines.GIB;
import static io.kexec4j.boot.ppc64.Ppc64Machines.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** kexec-tools looks for as much memory as the file has of a kernel (p_filesz), so that something else may lie in its .bss. */
class MemorySizeRegressionTest {
    @Test
    void aKernelHasAllMemoryThatItNeeds() throws IOException {
        Target target = Ppc64Machines.guest().build();
        Content initrd = Content.zeroes(3 * MIB + 5);

        KexecImage image = KexecImageBuilder.forTarget(target)
                .kernel(new Ppc64Files(ByteOrder.LITTLE_ENDIAN)
                        .sizes(0x1000, 200 * MIB)
                        .kernel())
                .initrd(initrd)
                .build();

        new Ppc64ImageRules(target, 200 * MIB, Optional.of(initrd), 4 * GIB).assertKeptBy(image);
        assertThat(image.segment(SegmentRole.KERNEL).orElseThrow().range())
                .isEqualTo(PhysicalRange.ofSize(0x288_0000, 200 * MIB));
    }
}
