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
    private static final Entry LOW = new Entry("9", "0x0\n", "0x9fbff\n", "System RAM\n");
    private static final Entry BIOS = new Entry("10", "0xf0000\n", "0xfffff\n", "Reserved\n");
    private static final Entry RAM = new Entry("11", "0x100000\n", "0x7ffdffff\n", "System RAM\n");

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
            entries.add(new Entry("" + page, "0x%x000".formatted(page), "0x%xfff".formatted(page), type.name()));
        }

        assertThat(FirmwareMemmap.parse(entries).regions().stream().map(MemoryRegion::type))
                .isEqualTo(RegionType.e820Types());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Unknown E820 type", "Default", "Uncached RAM", "System RAM "})
    void aTypeThatNobodyKnowsIsKeptAndNeverRam(String type) throws MalformedInputException {
        MemoryMap map = FirmwareMemmap.parse(List.of(new Entry("0", "0x0", "0xfff", type + "!")));

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
        assertMalformed(message, new Entry("7", start, end, "System RAM"));
    }

    @Test
    void anEmptyTypeIsRefused() {
        assertMalformed("type must not be empty", new Entry("0", "0x0", "0x1", "\n"));
    }

    /** The names are those of the directories, whatever the order of the entries. */
    @Test
    void errorsNameTheEntry() {
        assertMalformed(
                "/sys/firmware/memmap/2: [0x7ffdffff, 0x80000001) Reserved must not overlap entry 11, [0x100000, 0x7ffe0000)"
                        + " System RAM (line 1)",
                BIOS,
                RAM,
                new Entry("2", "0x7ffdffff", "0x80000000", "Reserved"));
        assertMalformed(
                "/sys/firmware/memmap/10: [0xf0000, 0x100000) Reserved must not overlap entry 10", BIOS, LOW, BIOS);
        assertMalformed("/sys/firmware/memmap/12: the start must be", RAM, new Entry("12", "zero", "0x1", "Reserved"));
        assertMalformed("/sys/firmware/memmap/13: a range", RAM, new Entry("13", "0x1000", "0xfff", "Reserved"));
        assertMalformed("/sys/firmware/memmap/14: the type", RAM, new Entry("14", "0x0", "0xfff", " "));
    }

    @Test
    void aMessageDoesNotGrowWithItsInput() {
        String endless = "9".repeat(100_000);
        assertShort(new Entry("0", endless, "0x1", "x"));
        assertShort(new Entry("0", "0x1", endless, "x"));
        assertShort(new Entry(endless, "0x1", "0x0", "x"));
        assertShort(new Entry(endless, "0x0", "0x1", endless), new Entry(endless, "0x1", "0x2", endless));
    }

    private static void assertShort(Entry... entries) {
        assertThatThrownBy(() -> FirmwareMemmap.parse(List.of(entries)))
                .isInstanceOf(MalformedInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500));
    }
}
