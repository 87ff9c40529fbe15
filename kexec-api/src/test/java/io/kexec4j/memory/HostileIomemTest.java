package io.kexec4j.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are no {@code /proc/iomem}: each gives a tree or the one exception of parsers. */
class HostileIomemTest {
    private static final String GOOD = "1000-1fff : System RAM\n";

    private static void assertMalformed(String text, int line, String message) {
        assertThatThrownBy(() -> ProcIomem.parse(text))
                .isInstanceOfSatisfying(
                        MalformedInputException.class,
                        e -> assertThat(e.offset()).isEqualTo(line))
                .hasMessageContaining(message);
    }

    /** Whatever the text, the tree is in order or the exception is the declared one. */
    private static boolean parses(String text) {
        try {
            ProcIomem iomem = ProcIomem.parse(text);
            assertThat(iomem.walk().count()).isEqualTo(text.lines().count());
            assertThat(iomem.toMemoryMap().ram().size())
                    .isLessThanOrEqualTo(2 * (int) text.lines().count());
            return true;
        } catch (MalformedInputException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "garbage",
                "2000",
                "2000-",
                "-",
                "-2fff : x",
                "2000- : x",
                "2000-2fff",
                "2000-2fff :",
                "2000-2fff:x",
                "2000-2fff x",
                "0x2000-0x2fff : x",
                "2000-2fg0 : x",
                "2000 -2fff : x",
                "2000-2fff-3000 : x",
                "+2000-2fff : x",
                "2000-10000000000000000 : x",
                "00000000000002000-2fff : x",
                "\t2000-2fff : x",
                "2000-２fff : x",
                "\0"
            })
    void aLineThatIsNoneIsRefused(String line) {
        assertMalformed(GOOD + line + "\n" + "5000-5fff : x\n", 2, "START-END : NAME");
    }

    @ParameterizedTest
    @CsvSource({
        "'3000-2fff : x', before its start",
        "'2001-2000 : x', before its start",
        "'2000-ffffffffffffffff : x', last byte of the address space",
        "'1fff-2fff : x', must not overlap",
        "'1000-1fff : System RAM', must not overlap",
        "'0-fff : x', must ascend",
        "' 1000-1fff : x', spaces a level",
        "'    1000-1fff : x', at most one level below",
        "'  2000-2fff : x', must lie within",
    })
    void aLineThatDoesNotFitBehindTheOneBeforeIsRefused(String line, String message) {
        assertMalformed(GOOD + line + "\n", 2, message);
    }

    @Test
    void theFirstLineHasNoIndentation() {
        assertMalformed("  " + GOOD, 1, "at most one level below");
    }

    @Test
    void childrenMustNotOverlapEachOther() {
        assertMalformed(GOOD + "  1000-17ff : a\n    1000-10ff : b\n  17ff-1fff : c\n", 4, "must not overlap");
    }

    @Test
    void partlyOverlappingLinesOnTheDeepestLevelAreNoChildren() {
        StringBuilder text = new StringBuilder();
        for (int level = 0; level <= 5; level++) {
            text.append("  ".repeat(level)).append(level < 5 ? "1000-1fff : x\n" : "1000-17ff : x\n");
        }
        text.append("  ".repeat(5)).append("1700-1fff : x\n");

        assertMalformed(text.toString(), 7, "must not overlap");
    }

    @Test
    void allAddressesZeroMeansThatThePrivilegeWasMissing() {
        assertMalformed(
                ProcIomemTest.X86_64.replaceAll("(?m)^( *)[0-9a-f]+-[0-9a-f]+", "$100000000-00000000"),
                1,
                "CAP_SYS_ADMIN in the initial user namespace");
    }

    @Test
    void oneByteAtZeroIsNoSign() throws MalformedInputException {
        assertThat(ProcIomem.parse("0-0 : x\n" + GOOD).roots()).hasSize(2);
    }

    @Test
    void theDepthIsBounded() {
        StringBuilder indented = new StringBuilder();
        for (int level = 0; level < 1000; level++) {
            indented.append("  ".repeat(level)).append("1000-1fff : x\n");
        }
        assertMalformed(indented.toString(), 33, "at most 32");

        StringBuilder nested = new StringBuilder();
        for (int line = 0; line < 100; line++) {
            nested.append("  ".repeat(Math.min(line, 5))).append("1000-1fff : x\n");
        }
        assertMalformed(nested.toString(), 33, "at most 32");
        assertMalformed(GOOD + " ".repeat(1_000_000) + "1000-1fff : x\n", 2, "at most 32");
    }

    @Test
    void aMessageDoesNotGrowWithItsInput() {
        assertThatThrownBy(() -> ProcIomem.parse("x".repeat(1_000_000)))
                .isInstanceOf(MalformedInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    @Test
    void aTextThatEndsAnywhereParsesOrIsRefused() {
        int good = 0;
        for (int length = 0; length <= ProcIomemTest.X86_64.length(); length++) {
            good += parses(ProcIomemTest.X86_64.substring(0, length)) ? 1 : 0;
        }
        assertThat(good).isBetween(23, ProcIomemTest.X86_64.length() - 1);
    }

    @Test
    void changedCharactersParseOrAreRefused() {
        String characters = "0123456789abcdef-: \nFx\0";
        for (int seed = 0; seed < 5000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(ProcIomemTest.X86_64);
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                char character = characters.charAt(random.nextInt(characters.length()));
                text.setCharAt(random.nextInt(text.length()), character);
            }
            try {
                boolean ignored = parses(text.toString());
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + "\n" + text, e);
            }
        }
    }
}
