package io.kexec4j.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuListTest {
    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "0, 0",
        "0-3, 0 1 2 3",
        "'0-3,8,10000-10003', 0 1 2 3 8 10000 10001 10002 10003",
        "'5-5,7', 5 7",
        "999999999, 999999999",
    })
    void listsAreNumbersAndRanges(String list, String cpus) throws MalformedInputException {
        for (String end : List.of("", "\n")) {
            assertThat(CpuList.parse("present", list + end).stream()
                            .map(String::valueOf)
                            .collect(Collectors.joining(" ")))
                    .isEqualTo(cpus);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",",
                "0,",
                ",0",
                "0,,1",
                "-",
                "0-",
                "-1",
                "0-1-2",
                "0 1",
                "0, 1",
                "0\n1",
                "x",
                "0x1",
                "+1",
                "1000000000",
                "0-1000000000",
                "0-31:2/4",
                "all",
                "\u0664"
            })
    void whatIsNoListIsRefused(String list) {
        assertThatThrownBy(() -> CpuList.parse("present", list))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageStartingWith("present: CPUs must be numbers of at most 9 digits");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,0", "1,1", "0-3,3", "3-2", "5,0-3"})
    void listsMustAscend(String list) {
        assertThatThrownBy(() -> CpuList.parse("present", list))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageStartingWith("present: CPUs must ascend");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-65536", "0-999999999", "0,2-65537", "0-65535,999999999"})
    void moreCpusThanAnyMachineHasAreRefused(String list) {
        assertThatThrownBy(() -> CpuList.parse("present", list))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageStartingWith("present: there must be at most 65536 CPUs");
    }

    @Test
    void asManyAsThereMayBeAreRead() throws MalformedInputException {
        assertThat(CpuList.parse("present", "0-65534,999999999")).hasSize(65536);
    }

    @Test
    void aMessageDoesNotGrowWithItsInput() {
        assertThatThrownBy(() -> CpuList.parse("present", "z".repeat(1 << 20)))
                .isInstanceOf(MalformedInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    /** What a simple writer makes of a set of bits is read as that set. */
    @Test
    void everyWrittenSetIsReadBack() throws MalformedInputException {
        Random random = new Random(20260101);
        for (int round = 0; round < 500; round++) {
            BitSet cpus = new BitSet();
            for (int i = random.nextInt(20); i > 0; i--) {
                int first = random.nextInt(300);
                cpus.set(first, first + 1 + random.nextInt(10));
            }
            assertThat(CpuList.parse("present", text(cpus) + "\n"))
                    .isEqualTo(cpus.stream().boxed().toList());
        }
    }

    private static String text(BitSet cpus) {
        StringBuilder text = new StringBuilder();
        for (int first = cpus.nextSetBit(0); first >= 0; ) {
            int end = cpus.nextClearBit(first);
            text.append(text.isEmpty() ? "" : ",").append(first).append(end - first > 1 ? "-" + (end - 1) : "");
            first = cpus.nextSetBit(end);
        }
        return text.toString();
    }
}
