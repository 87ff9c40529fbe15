package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import io.kexec4j.memory.PhysicalRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RAM, and what of it is set apart, from {@code /proc/iomem}. */
class CrashMemoryTest {
    private static CrashMemory parse(String iomem) throws MalformedInputException {
        return CrashMemory.parse(iomem, Optional.empty()).orElseThrow();
    }

    private static PhysicalRange pages(long first, long last) {
        return new PhysicalRange(first << 12, (last + 1) << 12);
    }

    @Test
    void ramIsWhatNoOtherRamHoldsAtAnyDepth() throws MalformedInputException {
        CrashMemory memory = parse("""
                00001000-00001fff : System RAM
                00100000-001fffff : System RAM
                  00110000-0011ffff : Kernel code
                    00118000-00118fff : System RAM
                  00140000-0014ffff : Reserved
                    00140000-00143fff : Crash kernel
                      00141000-00141fff : pnp 00:01
                  00180000-0018ffff : GART
                00200000-002fffff : Soft Reserved
                  00200000-002fffff : dax0.0
                    00210000-0021ffff : System RAM (kmem)
                    00220000-0022ffff : System RAM (virtio_mem)
                """);
        assertThat(memory)
                .isEqualTo(new CrashMemory(
                        List.of(pages(1, 1), pages(0x100, 0x1ff), pages(0x210, 0x21f), pages(0x220, 0x22f)),
                        List.of(pages(0x140, 0x143)),
                        List.of(pages(0x180, 0x18f)),
                        List.of(pages(0x110, 0x11f))));
    }

    /** Linux loads an image into the upper one only. */
    @Test
    void reservationsThatTouchRemainTwo() throws MalformedInputException {
        CrashMemory memory = parse("""
                00100000-001fffff : System RAM
                  00110000-0011ffff : Crash kernel
                  00120000-0012ffff : Crash kernel
                """);
        assertThat(memory.reservations()).containsExactly(pages(0x110, 0x11f), pages(0x120, 0x12f));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00100000-001fffff : System RAM",
                "00000000-00000000 : System RAM\n  00000000-00000000 : Crash kernel",
                "00100000-001fffff : System RAM\n  00110000-0011ffff : Crash kernel (boot alias)",
                "no iomem at all",
            })
    void withoutAReservationThereIsNothing(String iomem) throws MalformedInputException {
        assertThat(CrashMemory.parse(iomem, Optional.empty())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'00100000-001fffff : Reserved;  00110000-0011ffff : Crash kernel', must lie in System RAM (line 2)",
        "'00100000-001fffff : Crash kernel', must lie in System RAM (line 1)",
        "'00100000-001fffff : System RAM;00200000-002fffff : Crash kernel', must lie in System RAM (line 2)",
        "'00100000-001fffff : System RAM;  00180000-0027ffff : Crash kernel', must lie in System RAM (line 2)",
        "'00100000-001fffff : System RAM;  00110000-0011ffff : Crash kernel;  00130000-0013ffff : Crash kernel;"
                + "  00150000-0015ffff : Crash kernel', at most two ranges for a crash kernel (line 4)",
        "'00100000-001fffff : System RAM;  00110000-0011ffff : Crash kernel;    00112000-00113fff : Crash kernel',"
                + " must not overlap%c nor must what is set apart in it: [0x112000%c 0x114000) after [0x110000%c 0x120000) (line 3)",
        "'00100000-001fffff : x;  00180000-002fffff : System RAM;00200000-003fffff : System RAM;"
                + "  00300000-003000ff : Crash kernel', must not overlap%c nor must what is set apart in it: [0x200000",
        "'00100000-001fffff : System RAM;  oops : Crash kernel', (line 2)",
    })
    void whatCannotBeIsRefusedWithItsLine(String iomem, String message) {
        assertThatThrownBy(() -> CrashMemory.parse(iomem.replace(';', '\n'), Optional.empty()))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(message.replace("%c", ","));
    }

    private static final Optional<PhysicalRange> IN_TREE = Optional.of(new PhysicalRange(0x110000, 0x180000));

    /** On Power, the running kernel tells it in its device tree only. */
    @Test
    void aReservationInTheDeviceTreeCountsWhereTheTextHasNone() throws MalformedInputException {
        String ram = "00000000-0017ffff : System RAM\n00180000-001fffff : System RAM\n";
        assertThat(CrashMemory.parse(ram, IN_TREE).orElseThrow().reservations()).containsExactly(IN_TREE.get());
        assertThat(CrashMemory.parse(ram + "  00190000-0019ffff : Crash kernel\n", IN_TREE)
                        .orElseThrow()
                        .reservations())
                .containsExactly(new PhysicalRange(0x190000, 0x1a0000));
        assertThat(CrashMemory.parse("00000000-00000000 : System RAM", IN_TREE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000-0016ffff : System RAM",
                "00000000-0011ffff : System RAM\n00130000-001fffff : System RAM",
                "00000000-001fffff : Reserved",
            })
    void aReservationInTheDeviceTreeLiesInRam(String iomem) {
        assertThatThrownBy(() -> CrashMemory.parse(iomem, IN_TREE))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("must lie in System RAM, is [0x110000, 0x180000)");
    }

    /** A search in sorted ranges finds what looking at each of them does. */
    @Test
    void aRangeIsRamIfOneRangeHoldsIt() {
        Random random = new Random(20260102);
        for (int round = 0; round < 200; round++) {
            List<PhysicalRange> ram = new ArrayList<>();
            long at = random.nextInt(3);
            for (int i = random.nextInt(6); i > 0; i--) {
                long end = at + 1 + random.nextInt(5);
                ram.add(new PhysicalRange(at, end));
                at = end + random.nextInt(3);
            }
            CrashMemory memory = new CrashMemory(ram, List.of(), List.of(), List.of());
            for (long start = 0; start < 12; start++) {
                for (long end = start + 1; end < 14; end++) {
                    PhysicalRange range = new PhysicalRange(start, end);
                    assertThat(memory.isRam(range)).isEqualTo(ram.stream().anyMatch(one -> one.contains(range)));
                }
            }
        }
    }
}
