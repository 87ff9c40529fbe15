package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.memory.ProcIomem.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcIomemTest {
    static final String X86_64 = """
            00000000-00000fff : Reserved
            00001000-0009fbff : System RAM
            0009fc00-0009ffff : Reserved
            000a0000-000bffff : PCI Bus 0000:00
            000c0000-000c99ff : Video ROM
            000f0000-000fffff : Reserved
              000f0000-000fffff : System ROM
            00100000-7ffdbfff : System RAM
              01000000-01e02546 : Kernel code
              02000000-02a6bfff : Kernel rodata
              02c00000-02f8a87f : Kernel data
              0342e000-037fffff : Kernel bss
              2b000000-3affffff : Crash kernel
            7ffdc000-7ffeffff : ACPI Tables
            7fff0000-7fffffff : ACPI Non-volatile Storage
            80000000-febfffff : PCI Bus 0000:00
              fd000000-fdffffff : 0000:00:02.0
                fd000000-fdffffff : bochs-drm
              febf0000-febf0fff : 0000:00:03.0
            fec00000-fec003ff : IOAPIC 0
            feffc000-feffffff : Reserved
            100000000-17fffffff : System RAM
              170000000-17fffffff : Crash kernel
            """;

    private static final String ARM64 = """
            09000000-09000fff : pl011@9000000
              09000000-09000fff : 9000000.pl011 pl011@9000000
            40000000-bbffffff : System RAM
              40210000-4187ffff : Kernel code
              41880000-41d2ffff : reserved
              41d30000-420bffff : Kernel data
              48000000-48008fff : reserved
              bbe00000-bbffffff : reserved
            bc000000-bfffffff : reserved
            4000000000-4000003fff : PCI ECAM
            """;

    private static MemoryRegion region(long start, long end, RegionType type) {
        return new MemoryRegion(new PhysicalRange(start, end), type);
    }

    @Test
    void x86() throws MalformedInputException {
        ProcIomem iomem = ProcIomem.parse(X86_64);

        assertThat(iomem.toMemoryMap().regions())
                .containsExactly(
                        region(0, 0x1000, RegionType.RESERVED),
                        region(0x1000, 0x9fc00, RegionType.RAM),
                        region(0x9fc00, 0xa0000, RegionType.RESERVED),
                        region(0xf0000, 0x100000, RegionType.RESERVED),
                        region(0x100000, 0x2b000000, RegionType.RAM),
                        region(0x2b000000, 0x3b000000, RegionType.CRASH_KERNEL),
                        region(0x3b000000, 0x7ffdc000, RegionType.RAM),
                        region(0x7ffdc000, 0x7fff0000, RegionType.ACPI_TABLES),
                        region(0x7fff0000, 0x80000000L, RegionType.ACPI_NVS),
                        region(0xfeffc000L, 0xff000000L, RegionType.RESERVED),
                        region(0x1_0000_0000L, 0x1_7000_0000L, RegionType.RAM),
                        region(0x1_7000_0000L, 0x1_8000_0000L, RegionType.CRASH_KERNEL));
        assertThat(iomem.named("Crash kernel"))
                .containsExactly(
                        new PhysicalRange(0x2b000000, 0x3b000000), new PhysicalRange(0x1_7000_0000L, 0x1_8000_0000L));
        assertThat(iomem.named("PCI Bus 0000:00")).hasSize(2);
        assertThat(iomem.roots()).hasSize(13);
        assertThat(iomem.walk()).hasSize(23);
        assertThat(iomem.walk().map(Resource::name)).containsSubsequence("0000:00:02.0", "bochs-drm", "0000:00:03.0");
    }

    @Test
    void arm64ReservesPiecesOfItsRam() throws MalformedInputException {
        assertThat(ProcIomem.parse(ARM64).toMemoryMap().regions())
                .containsExactly(
                        region(0x40000000, 0x41880000, RegionType.RAM),
                        region(0x41880000, 0x41d30000, RegionType.RESERVED),
                        region(0x41d30000, 0x48000000, RegionType.RAM),
                        region(0x48000000, 0x48009000, RegionType.RESERVED),
                        region(0x48009000, 0xbbe00000L, RegionType.RAM),
                        region(0xbbe00000L, 0xbc000000L, RegionType.RESERVED),
                        region(0xbc000000L, 0xc0000000L, RegionType.RESERVED));
    }

    @Test
    void ramThatDriversAddIsNotForSegments() throws MalformedInputException {
        MemoryMap map = ProcIomem.parse("""
                        00100000-001fffff : System RAM
                        00200000-002fffff : Soft Reserved
                          00200000-002fffff : dax0.0
                            00210000-002fffff : System RAM (kmem)
                        00300000-005fffff : virtio0
                          00400000-004fffff : System RAM (virtio_mem)
                        00600000-006fffff : Unknown E820 type
                        """).toMemoryMap();

        assertThat(map.ram()).containsExactly(new PhysicalRange(0x100000, 0x200000));
        assertThat(map.ranges(RegionType.SOFT_RESERVED)).containsExactly(new PhysicalRange(0x200000, 0x210000));
        assertThat(map.ranges(RegionType.DRIVER_MANAGED))
                .containsExactly(new PhysicalRange(0x210000, 0x300000), new PhysicalRange(0x400000, 0x500000));
        assertThat(map.regions().get(4).type().name()).isEqualTo("Unknown E820 type");
    }

    @Test
    void systemRamIsFoundAtAnyDepth() throws MalformedInputException {
        assertThat(ProcIomem.parse("""
                                1050000000-304fffffff : CXL Window 0
                                  1050000000-304fffffff : region0
                                    1050000000-304fffffff : System RAM
                                """).toMemoryMap().ram())
                .containsExactly(new PhysicalRange(0x10_5000_0000L, 0x30_5000_0000L));
    }

    @Test
    void aChildThatReachesBeyondItsParentCutsTheNeighbourToo() throws MalformedInputException {
        assertThat(ProcIomem.parse("""
                                1000-2fff : System RAM
                                  2000-4fff : reserved
                                3000-5fff : System RAM
                                  3000-3fff : Kernel code
                                  4000-5000 : ACPI Tables
                                """).toMemoryMap().regions())
                .satisfies(regions -> assertThat(regions.stream()
                                .filter(region -> region.type().equals(RegionType.RAM))
                                .map(MemoryRegion::range))
                        .containsExactly(new PhysicalRange(0x1000, 0x2000), new PhysicalRange(0x5001, 0x6000)))
                .hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 8})
    void whatIsDeeperThanLinuxIndentsBelongsToTheLineBefore(int maxLevel) throws MalformedInputException {
        StringBuilder text = new StringBuilder();
        for (int depth = 0; depth < 11; depth++) {
            text.append("  ".repeat(Math.min(depth, maxLevel)))
                    .append(depth < maxLevel ? "1000-2fff" : "1000-1fff")
                    .append(" : level " + depth + "\n");
        }
        text.append("  ".repeat(maxLevel)).append("2000-2fff : sibling\n");

        List<Resource> level = ProcIomem.parse(text.toString()).roots();
        for (int depth = 0; depth < 11; depth++) {
            assertThat(level).hasSize(depth == maxLevel ? 2 : 1);
            assertThat(level.get(0).name()).isEqualTo("level " + depth);
            level = level.get(0).children();
        }
        assertThat(level).isEmpty();
    }

    @Test
    void addressesMayBeAsWideAs64BitsAndTheLineEndsThoseOfAnySystem() throws MalformedInputException {
        assertThat(ProcIomem.parse("FFFFFFFFFFFFF000-fffffffffffffffe : a : b\r\n")
                        .roots())
                .isEqualTo(List.of(new Resource(new PhysicalRange(-0x1000, -1), "a : b", List.of())));
    }

    @Test
    void noLinesAreNoResources() throws MalformedInputException {
        assertThat(ProcIomem.parse("").roots()).isEmpty();
        assertThat(ProcIomem.parse("").toMemoryMap().regions()).isEmpty();
    }
}
