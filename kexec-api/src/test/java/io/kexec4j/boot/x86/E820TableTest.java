package io.kexec4j.boot.x86;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.memory.FirmwareMemmap;
import io.kexec4j.memory.MemoryMap;
import io.kexec4j.memory.MemoryRegion;
import io.kexec4j.memory.RegionType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class E820TableTest {
    @ParameterizedTest
    @CsvSource({"1, 1, 0", "128, 128, 0", "129, 128, 1", "300, 128, 172"})
    void theFirst128EntriesGoToBootParamsAndTheOthersToSetupData(int regions, int first, int rest) {
        E820Table table = E820Table.of(new MemoryMap(IntStream.range(0, regions)
                .mapToObj(i -> Machines.region(i * 0x2000L, i * 0x2000L + 0x1000, RegionType.RAM))
                .toList()));
        assertThat(table.count()).isEqualTo(first);
        assertThat(table.first()).hasSize(first * E820Table.ENTRY_SIZE);
        assertThat(table.rest()).hasSize(rest * E820Table.ENTRY_SIZE);
    }

    @Test
    void everyTypeKeepsItsCodeAlsoOnesWithoutAName() {
        List<RegionType> types = List.of(RegionType.RAM, RegionType.SOFT_RESERVED, RegionType.ofE820(0x1234));
        E820Table table = E820Table.of(new MemoryMap(IntStream.range(0, types.size())
                .mapToObj(i -> Machines.region(i * 0x1000L, (i + 1) * 0x1000L, types.get(i)))
                .toList()));
        ByteBuffer bytes = ByteBuffer.wrap(table.first()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getInt(16)).isEqualTo(1);
        assertThat(bytes.getInt(36)).isEqualTo(0xefffffff);
        assertThat(bytes.getInt(56)).isEqualTo(0x1234);
        assertThat(bytes.getLong(40)).isEqualTo(0x2000);
        assertThat(bytes.getLong(48)).isEqualTo(0x1000);
    }

    /** kexec-tools makes all that it does not know reserved. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 0x7fffffffL, 0x80000000L, 0xefffffffL, 0xffffffffL})
    void everyCodeIsKept(long code) {
        E820Table table = new E820Table(List.of(Machines.region(0x5000, 0x9000, RegionType.ofE820(code))));
        ByteBuffer bytes = ByteBuffer.wrap(table.first()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getLong(0)).isEqualTo(0x5000);
        assertThat(bytes.getLong(8)).isEqualTo(0x4000);
        assertThat(Integer.toUnsignedLong(bytes.getInt(16))).isEqualTo(code);
    }

    /** In the words of /sys/firmware/memmap. */
    @ParameterizedTest
    @CsvSource({
        "System RAM, 1",
        "Reserved, 2",
        "ACPI Tables, 3",
        "ACPI Non-volatile Storage, 4",
        "Unusable memory, 5",
        "Persistent Memory, 7",
        "Persistent Memory (legacy), 12",
        "Soft Reserved, 0xefffffff",
        "Unknown E820 type, 2",
    })
    void everyNameOfTheFirmwareMapHasItsCode(String name, String code) throws IOException {
        MemoryMap map = FirmwareMemmap.parse(List.of(new FirmwareMemmap.Entry("0", "0x5000", "0x8fff", name + "\n")));
        ByteBuffer bytes = ByteBuffer.wrap(E820Table.of(map).first()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(Integer.toUnsignedLong(bytes.getInt(16))).isEqualTo(Long.decode(code));
    }

    @Test
    void ramThatADriverManagesIsNotTold() {
        MemoryRegion ram = Machines.region(0, 0x1000, RegionType.RAM);
        MemoryRegion managed = Machines.region(0x1000, 0x2000, RegionType.DRIVER_MANAGED);
        assertThat(E820Table.of(new MemoryMap(List.of(ram, managed))).regions()).containsExactly(ram);
    }
}
