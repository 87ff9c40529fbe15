package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.kernel.Arm64Cpu;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Arm64CoresTest {
    /** As Linux prints a core. */
    static String core(int number, int implementer, int part) {
        return """
                processor\t: %d
                BogoMIPS\t: 125.00
                Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid
                CPU implementer\t: 0x%02x
                CPU architecture: 8
                CPU variant\t: 0x0
                CPU part\t: 0x%03x
                CPU revision\t: 3

                """.formatted(number, implementer, part);
    }

    /** ID_AA64MMFR0_EL1 as the manuals of these cores have it, and as QEMU's models of them do. */
    @ParameterizedTest
    @CsvSource({
        "0x41, 0xd03, 0x1122",
        "0x41, 0xd04, 0x101122",
        "0x41, 0xd05, 0x101122",
        "0x41, 0xd07, 0x1124",
        "0x41, 0xd08, 0x1124",
        "0x41, 0xd0b, 0x101122",
        "0x41, 0xd0c, 0x101125",
        "0x41, 0xd40, 0x101125",
        "0x41, 0xd42, 0x101125",
        "0x41, 0xd47, 0x22200101122",
        "0x41, 0xd49, 0x22200101125",
        "0x46, 0x001, 0x1122"
    })
    void knownCores(String implementer, String part, String register) {
        String text = core(0, Integer.decode(implementer), Integer.decode(part));
        assertThat(Arm64Cores.parse(text)).contains(cpu(Long.decode(register)));
    }

    /** The meaning of ID_AA64MMFR0_EL1 (Arm Architecture Reference Manual, section D19.2.64). */
    static Arm64Cpu cpu(long register) {
        Set<Long> pageSizes = new TreeSet<>();
        if ((register >>> 28 & 0xf) < 8) {
            pageSizes.add(4096L);
        }
        if ((register >>> 20 & 0xf) >= 1) {
            pageSizes.add(16384L);
        }
        if ((register >>> 24 & 0xf) < 8) {
            pageSizes.add(65536L);
        }
        boolean mixed = (register >>> 8 & 0xf) == 1;
        return new Arm64Cpu(
                mixed ? Set.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN) : Set.of(ByteOrder.LITTLE_ENDIAN),
                pageSizes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x022, 0x023, 0x024, 0x025, 0x028, 0x029, 0x032, 0x033})
    void coresOfAppleHaveNoPagesOf64KiB(int part) {
        assertThat(Arm64Cores.parse(core(0, 0x61, part)))
                .contains(new Arm64Cpu(Set.of(ByteOrder.LITTLE_ENDIAN), Set.of(4096L, 16384L)));
    }

    @Test
    void severalKindsCanDoWhatAllOfThemCan() {
        String text = core(0, 0x41, 0xd05) + core(1, 0x41, 0xd05) + core(2, 0x41, 0xd08) + core(3, 0x41, 0xd0b);
        assertThat(Arm64Cores.parse(text).map(Arm64Cpu::pageSizes)).contains(Set.of(4096L, 65536L));
        String odd = core(0, 0x41, 0xd08) + core(1, 0x61, 0x022);
        assertThat(Arm64Cores.parse(odd)).contains(new Arm64Cpu(Set.of(ByteOrder.LITTLE_ENDIAN), Set.of(4096L)));
    }

    @Test
    void oneUnknownCoreIsEnough() {
        assertThat(Arm64Cores.parse(core(0, 0x41, 0xd08) + core(1, 0x41, 0xfff)))
                .isEmpty();
        assertThat(Arm64Cores.parse(core(0, 0x42, 0xd08))).isEmpty();
        assertThat(Arm64Cores.parse(core(0, 0x00, 0x051))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "processor : 0\nvendor_id : GenuineIntel\n",
                "CPU implementer : 0x41\n",
                "CPU part : 0xd08\n",
                "CPU part : 0xd08\nCPU implementer : 0x41\n",
                "CPU implementer : 0x41\nCPU implementer : 0x41\nCPU part : 0xd08\n",
                "CPU implementer : 0x41\nCPU part : 0xd08\nCPU implementer : 0x41\n",
                "CPU implementer : 65\nCPU part : 0xd08\n",
                "CPU implementer : 0x41\nCPU part : 0x\n",
                "CPU implementer : 0x41\nCPU part : 0x10d08\n",
                "CPU implementer : 0x41\nCPU part : 0xffffd08\n",
                "CPU implementer\nCPU part\n"
            })
    void whatIsNotSaidIsUnknown(String text) {
        assertThat(Arm64Cores.parse(text)).isEmpty();
    }

    @Test
    void nothingElseIsAFact() {
        String text = core(0, 0x41, 0xd08) + core(1, 0x41, 0xd03) + "Serial\t\t: 10000000abcdef01\n";
        Optional<String> facts = Arm64Cores.factsOnly(text);
        assertThat(facts)
                .contains("CPU implementer\t: 0x41\nCPU part\t: 0xd08\nCPU implementer\t: 0x41\nCPU part\t: 0xd03\n");
        assertThat(facts.flatMap(Arm64Cores::parse)).isEqualTo(Arm64Cores.parse(text));
        assertThat(facts.flatMap(Arm64Cores::factsOnly)).isEqualTo(facts);
        assertThat(Arm64Cores.factsOnly("processor : 0\nvendor_id : GenuineIntel\n"))
                .isEmpty();
    }
}
