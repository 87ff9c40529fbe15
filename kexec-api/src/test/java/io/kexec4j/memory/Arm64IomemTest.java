package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.error.MalformedInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /proc/iomem} as Linux writes it on arm64: in the RAM lie many pieces that are reserved, and up to two for a crash kernel. */
class Arm64IomemTest {
    private static final long RAM = 0x4000_0000L;
    private static final int PAGES = 512;

    @Test
    void aMachineOfQemuWithACrashKernelAboveAndOneBelow() throws MalformedInputException {
        ProcIomem iomem = ProcIomem.parse("""
                09000000-09000fff : pl011@9000000
                  09000000-09000fff : 9000000.pl011 pl011@9000000
                10000000-3efeffff : pcie@10000000
                40000000-bfffffff : System RAM
                  40200000-41bfffff : Kernel code
                  41c00000-41dfffff : reserved
                  41e00000-421fffff : Kernel data
                  48000000-4a0fffff : reserved
                  a8000000-afffffff : Crash kernel
                  bfe00000-bfffffff : reserved
                100000000-17fffffff : System RAM
                  160000000-16fffffff : Crash kernel
                  170000000-17000ffff : reserved
                4010000000-401fffffff : PCI ECAM
                """);
        assertThat(iomem.named("Crash kernel"))
                .containsExactly(
                        new PhysicalRange(0xa800_0000L, 0xb000_0000L),
                        new PhysicalRange(0x1_6000_0000L, 0x1_7000_0000L));
        assertThat(iomem.toMemoryMap().ram())
                .containsExactly(
                        new PhysicalRange(0x4000_0000L, 0x41c0_0000L),
                        new PhysicalRange(0x41e0_0000L, 0x4800_0000L),
                        new PhysicalRange(0x4a10_0000L, 0xa800_0000L),
                        new PhysicalRange(0xb000_0000L, 0xbfe0_0000L),
                        new PhysicalRange(0x1_0000_0000L, 0x1_6000_0000L),
                        new PhysicalRange(0x1_7001_0000L, 0x1_8000_0000L));
    }

    /** A piece that Linux reserved before it knew where RAM ends. */
    @Test
    void whatReachesBeyondItsRamIsReservedOnBothSides() throws MalformedInputException {
        MemoryMap map = ProcIomem.parse("""
                40000000-4fffffff : System RAM
                  4ff00000-500fffff : reserved
                50000000-5fffffff : System RAM
                  5fff0000-5fffffff : reserved
                """).toMemoryMap();
        assertThat(map.ram())
                .containsExactly(
                        new PhysicalRange(0x4000_0000L, 0x4ff0_0000L), new PhysicalRange(0x5010_0000L, 0x5fff_0000L));
    }

    @Test
    void addressesThatAreNotShown() {
        assertThat(ProcIomem.isHidden("")).isTrue();
        assertThat(ProcIomem.isHidden("00000000-00000000 : System RAM\n  00000000-00000000 : reserved\n"))
                .isTrue();
        assertThat(ProcIomem.isHidden("00000000-00000000 : System RAM\n  00000000-00000001 : reserved\n"))
                .isFalse();
        assertThat(ProcIomem.isHidden("0-0 : a\nno iomem\n")).isFalse();
    }

    /** Kernels with large pages round what they reserve to these. */
    @ParameterizedTest
    @ValueSource(longs = {4096, 16384, 65536})
    void randomMachinesAreAsAModelHasThem(long pageSize) throws MalformedInputException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            boolean[] ram = new boolean[PAGES];
            boolean[] reserved = new boolean[PAGES];
            List<PhysicalRange> crash = new ArrayList<>();
            StringBuilder text = new StringBuilder("09000000-09000fff : pl011@9000000\n");
            int page = random.nextInt(4);
            while (page < PAGES) {
                int end = Math.min(page + random.nextInt(1, 200), PAGES);
                Arrays.fill(ram, page, end, true);
                text.append(line("", page, end, pageSize, "System RAM"));
                children(text, random, page, end, pageSize, reserved, crash);
                page = end + random.nextInt(3);
            }
            ProcIomem iomem = ProcIomem.parse(text.toString());
            assertThat(iomem.named("Crash kernel")).isEqualTo(crash);
            List<PhysicalRange> free = iomem.toMemoryMap().ram();
            for (int i = 0; i < PAGES; i++) {
                long address = RAM + i * pageSize;
                assertThat(free.stream().anyMatch(range -> range.contains(address)))
                        .as("seed %d, page %d", seed, i)
                        .isEqualTo(ram[i] && !reserved[i]);
            }
            assertThat(free).allMatch(range -> (range.start() | range.end()) % pageSize == 0);
        }
    }

    private static void children(
            StringBuilder text,
            Random random,
            int start,
            int ramEnd,
            long pageSize,
            boolean[] reserved,
            List<PhysicalRange> crash) {
        int page = start + random.nextInt(3);
        while (page < ramEnd) {
            int end = Math.min(page + random.nextInt(1, 20), ramEnd);
            String name = List.of("reserved", "reserved", "Kernel code", "Kernel data", "Crash kernel")
                    .get(random.nextInt(5));
            text.append(line("  ", page, end, pageSize, name));
            if (name.equals("reserved")) {
                Arrays.fill(reserved, page, end, true);
            } else if (name.equals("Crash kernel")) {
                Arrays.fill(reserved, page, end, true);
                crash.add(new PhysicalRange(RAM + page * pageSize, RAM + end * pageSize));
            }
            page = end + random.nextInt(20);
        }
    }

    private static String line(String indentation, int page, int end, long pageSize, String name) {
        return "%s%08x-%08x : %s\n".formatted(indentation, RAM + page * pageSize, RAM + end * pageSize - 1, name);
    }
}
