package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.memory.FirmwareMemmap.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirmwareMemmapTest {
    private static final Entry LOW = new Entry("0x0\n", "0x9fbff\n", "System RAM\n");
    private static final Entry BIOS = new Entry("0xf0000\n", "0xfffff\n", "Reserved\n");
    private static final Entry RAM = new Entry("0x100000\n", "0x7ffdffff\n", "System RAM\n");

    private static void assertMalformed(String message, Entry... entries) {
        assertThatThrownBy(() -> FirmwareMemmap.parse(List.of(entries)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void endsAreInclusiveAndTheOrderIsAny() throws MalformedInputException {
        MemoryMap map = FirmwareMemmap.parse(List.of(RAM, BIOS, LOW));

        assertThat(map.regions())
                .containsExactly(
                        new MemoryRegion(new PhysicalRange(0, 0x9fc00), RegionType.RAM),
                        new MemoryRegion(new PhysicalRange(0xf0000, 0x100000), RegionType.RESERVED),
                        new MemoryRegion(new PhysicalRange(0x100000, 0x7ffe0000), RegionType.RAM));
    }

    @Test
    void noEntriesAreNoMemory() throws MalformedInputException {
        assertThat(FirmwareMemmap.parse(List.of()).regions()).isEmpty();
    }

    @Test
    void everyTypeOfLinuxIsKnown() throws MalformedInputException {
        List<Entry> entries = new ArrayList<>();
        for (RegionType type : RegionType.e820Types()) {
            int page = entries.size();
            entries.add(new Entry("0x%x000".formatted(page), "0x%xfff".formatted(page), type.name()));
        }

        assertThat(FirmwareMemmap.parse(entries).regions().stream().map(MemoryRegion::type))
                .isEqualTo(RegionType.e820Types());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Unknown E820 type", "Default", "Uncached RAM", "System RAM "})
    void aTypeThatNobodyKnowsIsKeptAndNeverRam(String type) throws MalformedInputException {
        MemoryMap map = FirmwareMemmap.parse(List.of(new Entry("0x0", "0xfff", type + "!")));

        assertThat(map.ram()).isEmpty();
        assertThat(map.regions().get(0).type()).isEqualTo(new RegionType(type + "!", OptionalLong.of(2)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0xfff, the start",
        "0x, 0xfff, the start",
        "1000, 0xfff, the start",
        "0x0, -0x1, the end",
        "0x0, 0x+1, the end",
        "0x0, 0x1g, the end",
        "0x0, 0x１, the end",
        "0x0, 0x10000000000000000, the end",
        "0x0, 0x00000000000000fff, the end",
        "0x1000, 0xfff, before its start",
        "0x0, 0xffffffffffffffff, last byte of the address space",
    })
    void whatIsNoRangeIsRefused(String start, String end, String message) {
        assertMalformed(message, new Entry(start, end, "System RAM"));
    }

    @Test
    void anEmptyTypeIsRefused() {
        assertMalformed("type must not be empty", new Entry("0x0", "0x1", "\n"));
    }

    @Test
    void overlappingEntriesAreRefusedAndCountedFromZero() {
        assertMalformed("entry 2", BIOS, RAM, new Entry("0x7ffdffff", "0x80000000", "Reserved"));
        assertMalformed("must not overlap entry 0", BIOS, LOW, BIOS);
    }

    @Test
    void aMessageDoesNotGrowWithItsInput() {
        assertThatThrownBy(() -> FirmwareMemmap.parse(List.of(new Entry("9".repeat(100_000), "0x1", "x"))))
                .isInstanceOf(MalformedInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }
}
