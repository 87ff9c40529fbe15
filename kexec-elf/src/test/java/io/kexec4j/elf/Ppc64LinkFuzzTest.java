package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * One relocation of any type, in any byte order, at any place and address, against any value: the bits that change are those
 * that the ELF V2 ABI says, worked out slowly, bit by bit.
 */
class Ppc64LinkFuzzTest {
    private static final int SIZE = 32;
    private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

    /**
     * A row of the tables in section 3.5.3.
     *
     * @param base what is subtracted: 'S' nothing, 'P' the place, 'T' the TOC base
     * @param range how many bits hold it: 0 if that is not checked, negative if they may also be unsigned
     * @param round what is added first
     * @param unit of what it is a multiple; 0 is 16 for an instruction of form DQ, and 4 otherwise
     * @param low the first bit of the value that is stored
     * @param bits the places of this and the following ones in memory, counted from the lowest bit of the first word, and from 32 in
     *     the second
     */
    private record Rule(char base, int range, int round, int unit, int low, List<Integer> bits) {
        Rule(char base, int range, int round, int low) {
            this(base, range, round, 1, low, run(0, 16));
        }
    }

    private static final Map<Integer, Rule> RULES = Map.ofEntries(
            Map.entry(1, new Rule('S', -32, 0, 1, 0, run(0, 32))),
            Map.entry(3, new Rule('S', 16, 0, 0)),
            Map.entry(4, new Rule('S', 0, 0, 0)),
            Map.entry(5, new Rule('S', 32, 0, 16)),
            Map.entry(6, new Rule('S', 32, 0x8000, 16)),
            Map.entry(10, new Rule('P', 26, 0, 4, 2, run(2, 24))),
            Map.entry(11, new Rule('P', 16, 0, 4, 2, run(2, 14))),
            Map.entry(26, new Rule('P', 32, 0, 1, 0, run(0, 32))),
            Map.entry(39, new Rule('S', 0, 0, 32)),
            Map.entry(40, new Rule('S', 0, 0x8000, 32)),
            Map.entry(41, new Rule('S', 0, 0, 48)),
            Map.entry(42, new Rule('S', 0, 0x8000, 48)),
            Map.entry(47, new Rule('T', 16, 0, 0)),
            Map.entry(48, new Rule('T', 0, 0, 0)),
            Map.entry(49, new Rule('T', 32, 0, 16)),
            Map.entry(50, new Rule('T', 32, 0x8000, 16)),
            Map.entry(56, new Rule('S', 16, 0, 0, 0, run(0, 16))),
            Map.entry(57, new Rule('S', 0, 0, 0, 0, run(0, 16))),
            Map.entry(63, new Rule('T', 16, 0, 0, 0, run(0, 16))),
            Map.entry(64, new Rule('T', 0, 0, 0, 0, run(0, 16))),
            Map.entry(110, new Rule('S', 0, 0, 16)),
            Map.entry(116, new Rule('P', 26, 0, 4, 2, run(2, 24))),
            Map.entry(
                    132,
                    new Rule(
                            'P',
                            34,
                            0,
                            1,
                            0,
                            Stream.concat(run(32, 16).stream(), run(0, 18).stream())
                                    .toList())),
            Map.entry(249, new Rule('P', 16, 0, 0)),
            Map.entry(250, new Rule('P', 0, 0, 0)),
            Map.entry(251, new Rule('P', 32, 0, 16)),
            Map.entry(252, new Rule('P', 32, 0x8000, 16)));

    private static List<Integer> run(int first, int count) {
        return IntStream.range(first, first + count).boxed().toList();
    }

    @FuzzTest
    void linkingFollowsTheFormulas(FuzzedDataProvider data) throws ElfFormatException {
        int type = data.pickValue(RULES.keySet().stream().sorted().toList());
        long seed = data.consumeLong();
        int word = 4 * data.consumeInt(0, SIZE / 4 - 2);
        long address = data.consumeLong() & -256;
        long value = data.consumeBoolean() ? address + word + data.consumeInt() : data.consumeLong();
        compare(type, seed, word, address, value, data.consumeInt());
    }

    /** The same without a fuzzer: distances and addresses of all magnitudes. */
    @Test
    void linkingFollowsTheFormulasForManySeeds() throws ElfFormatException {
        Random random = new Random(21);
        int linked = 0;
        for (int i = 0; i < 30_000; i++) {
            int type = List.copyOf(RULES.keySet()).get(random.nextInt(RULES.size()));
            int word = random.nextInt(SIZE / 4 - 1) * 4;
            long address = random.nextLong() >>> random.nextInt(56) & -256;
            long distance = random.nextLong() >> random.nextInt(64) & (random.nextBoolean() ? -1 : -16);
            long value = random.nextBoolean() ? distance : address + word + distance;
            linked += compare(type, i, word, address, value, random.nextInt()) ? 1 : 0;
        }
        assertThat(linked).isBetween(10_000, 25_000);
    }

    /** Whether it could be linked, as it should or should not. */
    private static boolean compare(int type, long seed, int word, long address, long value, long addend)
            throws ElfFormatException {
        if (Long.compareUnsigned(address, -SIZE) > 0) {
            return false;
        }
        ByteOrder order = seed % 2 == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        int place = word + (isHalf(type) && order == ByteOrder.BIG_ENDIAN ? 2 : 0);
        byte[] bytes = before(seed, word, order);
        ElfBuilder builder = new ElfBuilder(ElfClass.ELF64, order)
                .machine(ElfHeader.EM_PPC64)
                .flags(2);
        ElfBuilder.SectionSpec section = builder.section(".data", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC)
                .alignment(1)
                .content(bytes);
        int symbol = builder.symbol("value", Symbol.STB_GLOBAL, 0, Symbol.SHN_ABS, value - addend, 0);
        builder.relocation(section, place, symbol, type, addend);
        RelocatableObject object = builder.build().parseObject();
        BigInteger result = result(type, value, address, place);
        int unit = unit(type, bytes, word, order);
        byte[] content;
        try {
            content = object.link(address).content();
        } catch (ElfFormatException e) {
            assertThat(isPossible(type, result, unit)).as(e.getMessage()).isFalse();
            return false;
        }
        assertThat(isPossible(type, result, unit)).isTrue();
        assertThat(content).isEqualTo(expected(type, bytes, word, order, result, unit));
        return true;
    }

    private static boolean isHalf(int type) {
        return !List.of(1, 10, 11, 26, 116, 132).contains(type);
    }

    /** Noise, with a load or store of form DQ half of the time. */
    private static byte[] before(long seed, int word, ByteOrder order) {
        byte[] bytes = new byte[SIZE];
        Random random = new Random(seed);
        random.nextBytes(bytes);
        int opcode = byteOfWord(word, 3, order);
        switch (random.nextInt(4)) {
            case 0 -> bytes[opcode] = (byte) (56 << 2 | 1);
            case 1 -> bytes[opcode] = (byte) (61 << 2 | 2);
            default -> {}
        }
        return bytes;
    }

    /** Where byte i of the word lies, from the lowest one. */
    private static int byteOfWord(int word, int i, ByteOrder order) {
        return order == ByteOrder.LITTLE_ENDIAN ? word + i : word + 3 - i;
    }

    /** X, modulo 2^64, as a signed number. */
    private static BigInteger result(int type, long value, long address, int place) {
        BigInteger base = switch (rule(type).base) {
            case 'P' -> BigInteger.valueOf(address).add(BigInteger.valueOf(place));
            case 'T' -> BigInteger.valueOf(address).add(BigInteger.valueOf(0x8000));
            default -> BigInteger.ZERO;
        };
        return BigInteger.valueOf(
                BigInteger.valueOf(value).subtract(base).mod(TWO_64).longValue());
    }

    private static int unit(int type, byte[] bytes, int word, ByteOrder order) {
        if (rule(type).unit != 0) {
            return rule(type).unit;
        }
        int opcode = (bytes[byteOfWord(word, 3, order)] & 0xff) >> 2;
        int lowest = bytes[byteOfWord(word, 0, order)] & 3;
        return opcode == 56 || (opcode == 61 && lowest == 1) ? 16 : 4;
    }

    private static boolean isPossible(int type, BigInteger result, int unit) {
        Rule rule = rule(type);
        BigInteger rounded = result.add(BigInteger.valueOf(rule.round));
        boolean isInRange = rule.range == 0
                || rounded.bitLength() < Math.abs(rule.range)
                || (rule.range < 0 && rounded.signum() > 0 && rounded.bitLength() == -rule.range);
        return isInRange && result.mod(BigInteger.valueOf(unit)).signum() == 0;
    }

    private static byte[] expected(int type, byte[] before, int word, ByteOrder order, BigInteger result, int unit) {
        byte[] expected = before.clone();
        Rule rule = rule(type);
        BigInteger rounded = result.add(BigInteger.valueOf(rule.round));
        for (int i = 0; i < rule.bits.size(); i++) {
            int bit = rule.bits.get(i);
            if (rule.unit == 0 && 1 << i < unit) {
                continue;
            }
            int at = byteOfWord(word + bit / 32 * 4, bit % 32 / 8, order);
            int mask = 1 << (bit % 8);
            expected[at] = (byte) (rounded.testBit(rule.low + i) ? expected[at] | mask : expected[at] & ~mask);
        }
        return expected;
    }

    private static Rule rule(int type) {
        return Objects.requireNonNull(RULES.get(type));
    }
}
