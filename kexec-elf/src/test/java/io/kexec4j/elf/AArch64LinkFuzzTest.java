package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * One relocation of any type, at any place and address, against any value: the bits that change are those that AAELF64 says,
 * worked out slowly, bit by bit.
 */
class AArch64LinkFuzzTest {
    private static final int SIZE = 32;
    private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

    /**
     * A row of the tables in section 5.7.
     *
     * @param base what is subtracted: 'S' nothing, 'P' the place, 'G' the page of the place from that of the value
     * @param from the start of the range: -2^(from-1), 0 for 0, and -1 if there is no range
     * @param to the end of the range, 2^to
     * @param low the first bit of the value that is stored
     * @param bits the places in memory of this and the following ones
     */
    private record Rule(char base, int from, int to, int low, List<Integer> bits) {}

    private static final Map<Integer, Rule> RULES = Map.ofEntries(
            Map.entry(257, new Rule('S', -1, 0, 0, run(0, 64))),
            Map.entry(258, new Rule('S', 32, 32, 0, run(0, 32))),
            Map.entry(259, new Rule('S', 16, 16, 0, run(0, 16))),
            Map.entry(260, new Rule('P', -1, 0, 0, run(0, 64))),
            Map.entry(261, new Rule('P', 32, 32, 0, run(0, 32))),
            Map.entry(262, new Rule('P', 16, 16, 0, run(0, 16))),
            Map.entry(263, new Rule('S', 0, 16, 0, run(5, 16))),
            Map.entry(264, new Rule('S', -1, 0, 0, run(5, 16))),
            Map.entry(265, new Rule('S', 0, 32, 16, run(5, 16))),
            Map.entry(266, new Rule('S', -1, 0, 16, run(5, 16))),
            Map.entry(267, new Rule('S', 0, 48, 32, run(5, 16))),
            Map.entry(268, new Rule('S', -1, 0, 32, run(5, 16))),
            Map.entry(269, new Rule('S', -1, 0, 48, run(5, 16))),
            Map.entry(273, new Rule('P', 21, 20, 2, run(5, 19))),
            Map.entry(274, new Rule('P', 21, 20, 0, adr())),
            Map.entry(275, new Rule('G', 33, 32, 12, adr())),
            Map.entry(276, new Rule('G', -1, 0, 12, adr())),
            Map.entry(277, new Rule('S', -1, 0, 0, run(10, 12))),
            Map.entry(278, new Rule('S', -1, 0, 0, run(10, 12))),
            Map.entry(279, new Rule('P', 16, 15, 2, run(5, 14))),
            Map.entry(280, new Rule('P', 21, 20, 2, run(5, 19))),
            Map.entry(282, new Rule('P', 28, 27, 2, run(0, 26))),
            Map.entry(283, new Rule('P', 28, 27, 2, run(0, 26))),
            Map.entry(284, new Rule('S', -1, 0, 1, run(10, 12))),
            Map.entry(285, new Rule('S', -1, 0, 2, run(10, 12))),
            Map.entry(286, new Rule('S', -1, 0, 3, run(10, 12))),
            Map.entry(299, new Rule('S', -1, 0, 4, run(10, 12))));

    private static List<Integer> run(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }

    private static List<Integer> adr() {
        return Stream.concat(run(29, 2).stream(), run(5, 19).stream()).toList();
    }

    @FuzzTest
    void linkingFollowsTheFormulas(FuzzedDataProvider data) throws ElfFormatException {
        int type = data.pickValue(RULES.keySet().stream().sorted().toList());
        long seed = data.consumeLong();
        int place = data.consumeInt(0, SIZE - 8);
        long address = data.consumeLong();
        // Near the place as often as anywhere.
        long value = data.consumeBoolean() ? address + place + data.consumeInt() : data.consumeLong();
        compare(type, seed, place, address, value, data.consumeInt());
    }

    /** The same without a fuzzer: distances and addresses of all magnitudes. */
    @Test
    void linkingFollowsTheFormulasForManySeeds() throws ElfFormatException {
        Random random = new Random(183);
        int linked = 0;
        for (int i = 0; i < 50_000; i++) {
            int type = List.copyOf(RULES.keySet()).get(random.nextInt(RULES.size()));
            int place = random.nextInt(SIZE - 7) & (random.nextInt(4) == 0 ? -1 : -4);
            long address = random.nextLong() >>> random.nextInt(64);
            long distance = random.nextLong() >> random.nextInt(64) & (random.nextBoolean() ? -1 : -16);
            long value = random.nextBoolean() ? distance : address + place + distance;
            linked += compare(type, i, place, address, value, random.nextInt()) ? 1 : 0;
        }
        assertThat(linked).isBetween(10_000, 45_000);
    }

    /** Whether it could be linked, as it should or should not. */
    private static boolean compare(int type, long seed, int place, long address, long value, long addend)
            throws ElfFormatException {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        ElfBuilder builder = ElfBuilder.object().machine(ElfHeader.EM_AARCH64);
        ElfBuilder.SectionSpec section = builder.section(".data", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC)
                .alignment(1)
                .content(bytes);
        int symbol = builder.symbol("value", Symbol.STB_GLOBAL, 0, Symbol.SHN_ABS, value - addend, 0);
        builder.relocation(section, place, symbol, type, addend);
        RelocatableObject object = builder.build().parseObject();
        if (Long.compareUnsigned(address, -SIZE) > 0) {
            return false;
        }
        BigInteger result = result(type, BigInteger.valueOf(value), BigInteger.valueOf(address + place));
        byte[] content;
        try {
            content = object.link(address).content();
        } catch (ElfFormatException e) {
            assertThat(isPossible(type, result, address + place))
                    .as(e.getMessage())
                    .isFalse();
            return false;
        }
        assertThat(isPossible(type, result, address + place)).isTrue();
        assertThat(content).isEqualTo(expected(type, bytes, place, result));
        return true;
    }

    /** X, modulo 2^64, as a signed number. */
    private static BigInteger result(int type, BigInteger value, BigInteger place) {
        BigInteger page = BigInteger.valueOf(4096);
        BigInteger result = switch (rule(type).base) {
            case 'P' -> value.subtract(place);
            case 'G' -> value.subtract(value.mod(page)).subtract(place.subtract(place.mod(page)));
            default -> value;
        };
        return BigInteger.valueOf(result.mod(TWO_64).longValue());
    }

    private static boolean isPossible(int type, BigInteger result, long place) {
        Rule rule = rule(type);
        boolean isInstruction = type >= 263;
        // The low bits that are not stored have to be zero, except in a group of 16 bits and in a page.
        boolean isAligned =
                type <= 269 || rule.base == 'G' || result.getLowestSetBit() < 0 || result.getLowestSetBit() >= rule.low;
        BigInteger from = rule.from == 0
                ? BigInteger.ZERO
                : BigInteger.TWO.pow(Math.max(rule.from, 1) - 1).negate();
        boolean isInRange =
                rule.from < 0 || (result.compareTo(from) >= 0 && result.compareTo(BigInteger.TWO.pow(rule.to)) < 0);
        return isAligned && isInRange && (!isInstruction || place % 4 == 0);
    }

    private static byte[] expected(int type, byte[] before, int place, BigInteger result) {
        byte[] expected = before.clone();
        Rule rule = rule(type);
        boolean isWithinPage = type == 277 || type == 278 || type >= 284;
        for (int i = 0; i < rule.bits.size(); i++) {
            int bit = rule.bits.get(i);
            int mask = 1 << (bit % 8);
            boolean set = result.testBit(rule.low + i) && !(isWithinPage && rule.low + i >= 12);
            int old = expected[place + bit / 8];
            expected[place + bit / 8] = (byte) (set ? old | mask : old & ~mask);
        }
        return expected;
    }

    private static Rule rule(int type) {
        return Objects.requireNonNull(RULES.get(type));
    }
}
