package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each relocation type at its limits: the last value that fits and the first that does not. ELF V2 ABI, section 3.5.3. */
class Ppc64RelocatorTest {
    private static final long ADDRESS = 0x10000;
    private static final int PLACE = 8;

    /** Links one relocation at address 0x10008 against an absolute symbol, in memory of ones; .TOC. is 0x18000. */
    private static ByteBuffer link(ByteOrder order, int type, int place, String symbol) throws ElfFormatException {
        byte[] ones = new byte[24];
        Arrays.fill(ones, (byte) 0xff);
        return link(order, type, place, symbol, ones);
    }

    private static ByteBuffer link(ByteOrder order, int type, int place, String symbol, byte[] before)
            throws ElfFormatException {
        ElfBuilder builder = new ElfBuilder(ElfClass.ELF64, order)
                .machine(ElfHeader.EM_PPC64)
                .flags(2);
        ElfBuilder.SectionSpec data = builder.section(".data", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC)
                .content(before);
        int index = builder.symbol("limit", 1, 0, Symbol.SHN_ABS, Long.decode(symbol), 0);
        builder.relocation(data, place, index, type, 0);
        byte[] content = builder.build().parseObject().link(ADDRESS).content();
        return ByteBuffer.wrap(content).order(order);
    }

    @ParameterizedTest
    @CsvSource({
        "38,  0x7fffffffffffffff, 0x7fffffffffffffff", // ADDR64
        "44,  0,                  -0x10008", // REL64
        "51,  0,                  0x18000", // TOC
        "1,   0xffffffff,         0xffffffff", // ADDR32
        "1,   -0x80000000,        0x80000000",
        "26,  0x80010007,         0x7fffffff", // REL32
        "26,  -0x7ffefff8,        0x80000000",
        "3,   0x7fff,             0x7fff", // ADDR16
        "3,   -0x8000,            0x8000",
        "4,   0x123456789abcdef0, 0xdef0", // ADDR16_LO
        "5,   0x7fff8000,         0x7fff", // ADDR16_HI
        "5,   -0x80000000,        0x8000",
        "6,   0x7fff7fff,         0x7fff", // ADDR16_HA
        "6,   0x12347fff,         0x1234",
        "6,   0x12348000,         0x1235",
        "6,   -0x80008000,        0x8000",
        "39,  0x123456789abcdef0, 0x5678", // ADDR16_HIGHER
        "40,  0x1234567fffff8000, 0x5680", // ADDR16_HIGHERA
        "41,  0x123456789abcdef0, 0x1234", // ADDR16_HIGHEST
        "42,  0x1233ffffffff8000, 0x1234", // ADDR16_HIGHESTA
        "47,  0x1ffff,            0x7fff", // TOC16
        "47,  0x10000,            0x8000",
        "48,  0x123456789,        0xe789", // TOC16_LO
        "49,  0x80017fff,         0x7fff", // TOC16_HI
        "49,  -0x7ffe8000,        0x8000",
        "50,  0x8000ffff,         0x7fff", // TOC16_HA
        "50,  -0x7fff0000,        0x8000",
        "110, 0x123456789abcdef0, 0x9abc", // ADDR16_HIGH
        "249, 0x18007,            0x7fff", // REL16
        "249, 0x8008,             0x8000",
        "250, 0x123456789,        0x6781", // REL16_LO
        "251, 0x80010007,         0x7fff", // REL16_HI
        "251, -0x7ffefff8,        0x8000",
        "252, 0x80008007,         0x7fff", // REL16_HA
        "252, 0x18008,            0x1",
        "252, -0x7fff7ff8,        0x8000",
    })
    void dataHoldTheLastValueThatFits(int type, String symbol, String value) throws Exception {
        int width = Objects.requireNonNull(new Ppc64Relocator().type(type)).width();
        for (ByteOrder order : Fixtures.ORDERS) {
            ByteBuffer content = link(order, type, PLACE, symbol);

            byte[] number = new byte[8];
            ByteBuffer.wrap(number).order(order).putLong(Long.decode(value));
            byte[] expected = new byte[24];
            Arrays.fill(expected, (byte) 0xff);
            System.arraycopy(number, order == ByteOrder.BIG_ENDIAN ? 8 - width : 0, expected, PLACE, width);
            assertThat(content).as("%s", order).isEqualTo(ByteBuffer.wrap(expected));
        }
    }

    /** The bits that are not of the immediate stay ones. */
    @ParameterizedTest
    @CsvSource({
        "10,  0x2010004,  0xfdffffff", // REL24
        "10,  -0x1feFFF8, 0xfe000003",
        "10,  0x1000c,    0xfc000007",
        "116, 0x2010004,  0xfdffffff", // REL24_NOTOC
        "116, 0x10004,    0xffffffff",
        "11,  0x18004,    0xffff7fff", // REL14
        "11,  0x8008,     0xffff8003",
    })
    void branchesHoldTheLastValueThatFits(int type, String symbol, String instruction) throws Exception {
        for (ByteOrder order : Fixtures.ORDERS) {
            ByteBuffer content = link(order, type, PLACE, symbol);

            assertThat(Integer.toHexString(content.getInt(PLACE))).isEqualTo(instruction.substring(2));
            assertThat(content.getLong(0)).isEqualTo(-1);
            assertThat(content.getInt(PLACE + 4)).isEqualTo(-1);
        }
    }

    /** R_PPC64_PCREL34: 18 bits in the first word, 16 in the second. */
    @ParameterizedTest
    @CsvSource({
        "0x200010007,  0xfffdffff, 0xffffffff",
        "-0x1fffefff8, 0xfffe0000, 0xffff0000",
        "0x1234667f,   0xfffc1233, 0xffff6677",
    })
    void prefixedInstructionsHoldTheLastValueThatFits(String symbol, String prefix, String suffix) throws Exception {
        for (ByteOrder order : Fixtures.ORDERS) {
            ByteBuffer content = link(order, 132, PLACE, symbol);

            assertThat(Integer.toHexString(content.getInt(PLACE))).isEqualTo(prefix.substring(2));
            assertThat(Integer.toHexString(content.getInt(PLACE + 4))).isEqualTo(suffix.substring(2));
            assertThat(content.getLong(0)).isEqualTo(-1);
            assertThat(content.getLong(16)).isEqualTo(-1);
        }
    }

    /** The two or four lowest bits of loads and stores say which one it is. */
    @ParameterizedTest
    @CsvSource({
        "56, 0xe8600002, 0x7ffc,  0xe8607ffe", // ADDR16_DS, lwa
        "56, 0xe8600000, -0x8000, 0xe8608000",
        "57, 0xf8640001, 0x123456788, 0xf8646789", // ADDR16_LO_DS, stdu
        "57, 0xf444000d, 0x12340, 0xf444234d", // stxv with a high register
        "57, 0xf4440009, 0x12340, 0xf4442349", // lxv with a high register
        "57, 0xf4440002, 0x1234c, 0xf444234e", // lxsd
        "57, 0xe0440008, 0x12340, 0xe0442348", // lq
        "63, 0xe8620000, 0x1fffc, 0xe8627ffc", // TOC16_DS
        "63, 0xf4420009, 0x10010, 0xf4428019",
        "64, 0xe8620002, 0x12345678c, 0xe862e78e", // TOC16_LO_DS
        "64, 0xf4420009, 0x123456780, 0xf442e789",
    })
    void loadsAndStoresKeepTheirLowestBits(int type, String before, String symbol, String after) throws Exception {
        for (ByteOrder order : Fixtures.ORDERS) {
            byte[] bytes = new byte[12];
            ByteBuffer.wrap(bytes).order(order).putInt(PLACE, Integer.parseUnsignedInt(before.substring(2), 16));
            ByteBuffer content = link(order, type, PLACE + (order == ByteOrder.BIG_ENDIAN ? 2 : 0), symbol, bytes);

            assertThat(Integer.toHexString(content.getInt(PLACE))).isEqualTo(after.substring(2));
            assertThat(content.getLong(0)).isZero();
        }
    }

    /** A place that has no whole instruction around it: only a hostile file has one. */
    @ParameterizedTest
    @ValueSource(ints = {56, 57, 63, 64})
    void halfInstructionsAtTheEdgesAreInUnitsOfFour(int type) throws Exception {
        byte[] bytes = new byte[2];
        for (ByteOrder order : Fixtures.ORDERS) {
            String symbol = type < 60 ? "0x1234" : "0x19234";
            assertThat(link(order, type, 0, symbol, bytes).getShort(0)).isEqualTo((short) 0x1234);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "R_PPC64_ADDR32,      1,   0x100000000",
        "R_PPC64_ADDR32,      1,   -0x80000001",
        "R_PPC64_ADDR16,      3,   0x8000",
        "R_PPC64_ADDR16,      3,   -0x8001",
        "R_PPC64_ADDR16_HI,   5,   0x80000000",
        "R_PPC64_ADDR16_HI,   5,   -0x80000001",
        "R_PPC64_ADDR16_HA,   6,   0x7fff8000",
        "R_PPC64_ADDR16_HA,   6,   0x7fffffffffffffff",
        "R_PPC64_ADDR16_HA,   6,   -0x80008001",
        "R_PPC64_REL24,       10,  0x2010008",
        "R_PPC64_REL24,       10,  -0x1fefffc",
        "R_PPC64_REL24_NOTOC, 116, 0x2010008",
        "R_PPC64_REL14,       11,  0x18008",
        "R_PPC64_REL14,       11,  0x8004",
        "R_PPC64_REL32,       26,  0x80010008",
        "R_PPC64_REL32,       26,  -0x7ffefff9",
        "R_PPC64_TOC16,       47,  0x20000",
        "R_PPC64_TOC16,       47,  0xffff",
        "R_PPC64_TOC16_HI,    49,  0x80018000",
        "R_PPC64_TOC16_HI,    49,  -0x7ffe8001",
        "R_PPC64_TOC16_HA,    50,  0x80010000",
        "R_PPC64_TOC16_HA,    50,  -0x7fff0001",
        "R_PPC64_ADDR16_DS,   56,  0x8000",
        "R_PPC64_ADDR16_DS,   56,  -0x8004",
        "R_PPC64_TOC16_DS,    63,  0x20000",
        "R_PPC64_TOC16_DS,    63,  0xfffc",
        "R_PPC64_PCREL34,     132, 0x200010008",
        "R_PPC64_PCREL34,     132, -0x1fffefff9",
        "R_PPC64_REL16,       249, 0x18008",
        "R_PPC64_REL16,       249, 0x8007",
        "R_PPC64_REL16_HI,    251, 0x80010008",
        "R_PPC64_REL16_HI,    251, -0x7ffefff9",
        "R_PPC64_REL16_HA,    252, 0x80008008",
        "R_PPC64_REL16_HA,    252, -0x7fff7ff9",
    })
    void theFirstValueThatDoesNotFitIsAnError(String name, int type, String symbol) {
        for (ByteOrder order : Fixtures.ORDERS) {
            assertThatThrownBy(() -> link(order, type, PLACE, symbol))
                    .isInstanceOf(ElfFormatException.class)
                    .hasMessageContaining(name + " against limit overflows: the value for address 0x10008 is ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "R_PPC64_REL24,        10,  0x1000a",
        "R_PPC64_REL24_NOTOC,  116, 0x10009",
        "R_PPC64_REL14,        11,  0x1000a",
        "R_PPC64_ADDR16_DS,    56,  0x1232",
        "R_PPC64_ADDR16_LO_DS, 57,  0x123456781",
        "R_PPC64_TOC16_DS,     63,  0x18002",
        "R_PPC64_TOC16_LO_DS,  64,  0x123456783",
    })
    void valuesThatAnInstructionCannotExpressAreErrors(String name, int type, String symbol) {
        for (ByteOrder order : Fixtures.ORDERS) {
            assertThatThrownBy(() -> link(order, type, PLACE, symbol))
                    .isInstanceOf(ElfFormatException.class)
                    .hasMessageContaining(name + " against limit is misaligned: at address 0x10008, ")
                    .hasMessageContaining("must be a multiple of 4");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 11, 116, 132})
    void instructionsLieAtMultiplesOfFour(int type) {
        assertThatThrownBy(() -> link(ByteOrder.BIG_ENDIAN, type, PLACE + 2, "0x1000a"))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("the instruction's address is 0x1000a, and must be a multiple of 4");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 14, 20, 43, 58, 67, 73, 109, 133, 247, 248, 1024})
    void otherTypesCannotBeLinked(int type) {
        assertThatThrownBy(() -> link(ByteOrder.LITTLE_ENDIAN, type, PLACE, "0"))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("relocation type %s of ppc64".formatted(Integer.toUnsignedString(type)));
    }

    /** The last place where all bytes of a type lie inside the section, and the next one, of an object with a byte more. */
    @ParameterizedTest
    @CsvSource({"1, 4", "4, 2", "6, 2", "10, 4", "38, 8", "51, 8", "57, 2", "132, 8"})
    void placesLieInsideTheirSection(int type, int width) throws Exception {
        for (ByteOrder order : Fixtures.ORDERS) {
            assertThat(link(order, type, 24 - width, "0x10020").capacity()).isEqualTo(24);
            for (int place : new int[] {25 - width, 24, Integer.MAX_VALUE, -1}) {
                assertThatThrownBy(() -> link(order, type, place, "0x10020"))
                        .isInstanceOf(ElfFormatException.class)
                        .hasMessageContaining("does not lie inside .data of 0x18 bytes");
            }
        }
    }
}
