package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.KexecImageBuilder;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.UnsupportedCombinationException;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import io.kexec4j.target.Target;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** kexec-tools reads these tags of a multiboot2 header and ignores them. */
class MultibootDemandsTest {
    private static final int INFORMATION_REQUEST = 1;
    private static final int OPTIONAL = 1;
    private static final int MEMORY_MAP = 6;
    private static final int VBE = 7;

    private static KexecImageBuilder builder(byte[] header) throws IOException {
        Target machine = Target.builder(
                        Architecture.X86_64,
                        new MemoryMap(
                                List.of(new MemoryRegion(new PhysicalRange(0x1000, 0x2000_0000), RegionType.RAM))))
                .build();
        return KexecImageBuilder.forTarget(machine).kernel(KernelFile.parse(Content.of(MultibootImages.elf(header))));
    }

    @Test
    void whatIsDemandedMustBeThere() throws IOException {
        assertThat(builder(MultibootImages.header2(MultibootImages.tag(INFORMATION_REQUEST, 0, MEMORY_MAP)))
                        .build()
                        .segments())
                .hasSize(3);
        assertThat(builder(MultibootImages.header2(MultibootImages.tag(INFORMATION_REQUEST, OPTIONAL, VBE)))
                        .build()
                        .segments())
                .hasSize(3);
        KexecImageBuilder demanding =
                builder(MultibootImages.header2(MultibootImages.tag(INFORMATION_REQUEST, 0, MEMORY_MAP, VBE)));
        assertThatThrownBy(demanding::build)
                .isInstanceOf(UnsupportedCombinationException.class)
                .hasMessage("the multiboot2 kernel demands information of type 7, which is not known after a kexec");
    }
}
