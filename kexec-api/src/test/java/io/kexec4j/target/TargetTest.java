package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.image.Architecture;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.memory.RegionType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    private static final PhysicalRange RANGE = new PhysicalRange(0x100000, 0x40000000);

    private static Target.Builder builder(RegionType type) {
        return Target.builder(Architecture.X86_64, new MemoryMap(List.of(new MemoryRegion(RANGE, type))));
    }

    private static void assertRefused(Target.Builder target, String message) {
        assertThatThrownBy(target::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 512, 2048, 4095, 4097, 12288, -1, -4096, Long.MIN_VALUE})
    void aPageSizeThatNoMachineHasIsRefused(long pageSize) {
        assertRefused(builder(RegionType.RAM).pageSize(pageSize), "must be a power of two, 4096 or more: " + pageSize);
    }

    @ParameterizedTest
    @ValueSource(longs = {4096, 16384, 65536})
    void thePageSizeIsThatOfTheKernel(long pageSize) {
        assertThat(builder(RegionType.RAM).pageSize(pageSize).build().pageSize())
                .isEqualTo(pageSize);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4095, 4097})
    void bootParamsHave4096Bytes(int size) {
        Content zeroPage = Content.of(new byte[size]);
        assertRefused(builder(RegionType.RAM).bootParams(zeroPage), "boot_params must have 4096 bytes, has " + size);
    }

    @Test
    void anAddressOfZeroIsRefused() {
        assertRefused(builder(RegionType.RAM).acpiRsdp(0), "ACPI's root pointer must not be 0");
        assertThat(builder(RegionType.RAM).acpiRsdp(-1).build().acpiRsdp()).hasValue(-1);
    }

    @Test
    void aMachineHasRam() {
        assertRefused(builder(RegionType.RESERVED), "must have RAM");
    }
}
