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

/** Each relocation type at its limits: the last value that fits and the first that does not. AAELF64, section 5.7. */
class AArch64RelocatorTest {
    private static final long ADDRESS = 0x10000;
    private static final int PLACE = 8;

    /** Links one relocation at address 0x10008 against an absolute symbol, in memory of ones. */
    private static ByteBuffer link(int type, int place, String symbol) throws ElfFormatException {
        ElfBuilder builder = ElfBuilder.object().machine(ElfHeader.EM_AARCH64);
        byte[] ones = new byte[24];
        Arrays.fill(ones, (byte) 0xff);
        ElfBuilder.SectionSpec data = builder.section(".data", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC)
                .content(ones);
        int index = builder.symbol("limit", 1, 0, Symbol.SHN_ABS, Long.decode(symbol), 0);
        builder.relocation(data, place, index, type, 0);
        byte[] content = builder.build().parseObject().link(ADDRESS).content();
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @CsvSource({
        "257, 0x7fffffffffffffff, 0x7fffffffffffffff", // ABS64
        "258, 0xffffffff,         0xffffffff", // ABS32
        "258, -0x80000000,        0x80000000",
        "259, 0xffff,             0xffff", // ABS16
        "259, -0x8000,            0x8000",
        "260, 0,                  -0x10008", // PREL64
        "261, 0x100010007,        0xffffffff", // PREL32
        "261, -0x7ffefff8,        0x80000000",
        "262, 0x20007,            0xffff", // PREL16
        "262, 0x8008,             0x8000",
    })
    void dataHoldTheLastValueThatFits(int type, String symbol, String value) throws Exception {
        ByteBuffer content = link(type, PLACE, symbol);
        int width = Objects.requireNonNull(new AArch64Relocator().type(type)).width();
        long mask = width == 8 ? -1 : (1L << (8 * width)) - 1;

        assertThat(content.getLong(PLACE)).isEqualTo((Long.decode(value) & mask) | ~mask);
        assertThat(content.getLong(0)).isEqualTo(-1);
        assertThat(content.getLong(16)).isEqualTo(-1);
    }

    /** The bits that are not of the immediate stay ones. */
    @ParameterizedTest
    @CsvSource({
        "263, 0,                    0xffe0001f", // MOVW_UABS_G0
        "263, 0xffff,               0xffffffff",
        "264, -0xffff,              0xffe0003f", // G0_NC
        "265, 0xffffffff,           0xffffffff", // G1
        "265, 0x1ffff,              0xffe0003f",
        "266, -0xfffe0001,          0xffe0003f", // G1_NC
        "267, 0xffffffffffff,       0xffffffff", // G2
        "268, 0x7fff0001ffffffff,   0xffe0003f", // G2_NC
        "269, 0x0001ffffffffffff,   0xffe0003f", // G3
        "273, 0x110004,             0xff7fffff", // LD_PREL_LO19
        "273, -0xefff8,             0xff80001f",
        "274, 0x110007,             0xff7fffff", // ADR_PREL_LO21
        "274, -0xefff8,             0x9f80001f",
        "274, 0x10009,              0xbf00001f",
        "275, 0x10000ffff,          0xff7fffff", // ADR_PREL_PG_HI21
        "275, 0x10000f000,          0xff7fffff",
        "275, -0xffff0000,          0x9f80001f",
        "276, 0x100010000,          0x9f80001f", // ADR_PREL_PG_HI21_NC
        "277, 0x12345fff,           0xffffffff", // ADD_ABS_LO12_NC
        "277, 0x12345001,           0xffc007ff",
        "278, 0x12345001,           0xffc007ff", // LDST8
        "279, 0x18004,              0xfffbffff", // TSTBR14
        "279, 0x8008,               0xfffc001f",
        "280, 0x110004,             0xff7fffff", // CONDBR19
        "280, -0xefff8,             0xff80001f",
        "282, 0x8010004,            0xfdffffff", // JUMP26
        "282, -0x7feFFF8,           0xfe000000",
        "283, 0x8010004,            0xfdffffff", // CALL26
        "283, 0x1000c,              0xfc000001",
        "284, 0x12345ffe,           0xffdfffff", // LDST16
        "285, 0x12345ffc,           0xffcfffff", // LDST32
        "286, 0x12345ff8,           0xffc7ffff", // LDST64
        "299, 0x12345ff0,           0xffc3ffff", // LDST128
    })
    void instructionsHoldTheLastValueThatFits(int type, String symbol, String instruction) throws Exception {
        ByteBuffer content = link(type, PLACE, symbol);

        assertThat(Integer.toHexString(content.getInt(PLACE))).isEqualTo(instruction.substring(2));
        assertThat(content.getLong(0)).isEqualTo(-1);
        assertThat(content.getInt(PLACE + 4)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({
        "R_AARCH64_ABS32,            258, 0x100000000",
        "R_AARCH64_ABS32,            258, -0x80000001",
        "R_AARCH64_ABS16,            259, 0x10000",
        "R_AARCH64_ABS16,            259, -0x8001",
        "R_AARCH64_PREL32,           261, 0x100010008",
        "R_AARCH64_PREL32,           261, -0x7ffefff9",
        "R_AARCH64_PREL16,           262, 0x20008",
        "R_AARCH64_PREL16,           262, 0x8007",
        "R_AARCH64_MOVW_UABS_G0,     263, 0x10000",
        "R_AARCH64_MOVW_UABS_G0,     263, -1",
        "R_AARCH64_MOVW_UABS_G1,     265, 0x100000000",
        "R_AARCH64_MOVW_UABS_G2,     267, 0x1000000000000",
        "R_AARCH64_LD_PREL_LO19,     273, 0x110008",
        "R_AARCH64_LD_PREL_LO19,     273, -0xefffc",
        "R_AARCH64_ADR_PREL_LO21,    274, 0x110008",
        "R_AARCH64_ADR_PREL_LO21,    274, -0xefff9",
        "R_AARCH64_ADR_PREL_PG_HI21, 275, 0x100010000",
        "R_AARCH64_ADR_PREL_PG_HI21, 275, -0xffff0001",
        "R_AARCH64_TSTBR14,          279, 0x18008",
        "R_AARCH64_TSTBR14,          279, 0x8004",
        "R_AARCH64_CONDBR19,         280, 0x110008",
        "R_AARCH64_CONDBR19,         280, -0xefffc",
        "R_AARCH64_JUMP26,           282, 0x8010008",
        "R_AARCH64_JUMP26,           282, -0x7fefffc",
        "R_AARCH64_CALL26,           283, 0x8010008",
    })
    void theFirstValueThatDoesNotFitIsAnError(String name, int type, String symbol) {
        assertThatThrownBy(() -> link(type, PLACE, symbol))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining(name + " against limit overflows: the value for address 0x10008 is ");
    }

    @ParameterizedTest
    @CsvSource({
        "R_AARCH64_LD_PREL_LO19,           273, 0x1000a",
        "R_AARCH64_TSTBR14,                279, 0x1000a",
        "R_AARCH64_CONDBR19,               280, 0x10009",
        "R_AARCH64_JUMP26,                 282, 0x1000a",
        "R_AARCH64_CALL26,                 283, 0x10009",
        "R_AARCH64_LDST16_ABS_LO12_NC,     284, 0x1",
        "R_AARCH64_LDST32_ABS_LO12_NC,     285, 0x2",
        "R_AARCH64_LDST64_ABS_LO12_NC,     286, 0x4",
        "R_AARCH64_LDST128_ABS_LO12_NC,    299, 0x8",
    })
    void valuesThatAnInstructionCannotExpressAreErrors(String name, int type, String symbol) {
        assertThatThrownBy(() -> link(type, PLACE, symbol))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining(name + " against limit is misaligned: at address 0x10008, ");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                263, 264, 265, 266, 267, 268, 269, 273, 274, 275, 276, 277, 278, 279, 280, 282, 283, 284, 285, 286, 299
            })
    void instructionsLieAtMultiplesOfFour(int type) {
        assertThatThrownBy(() -> link(type, PLACE + 2, "0x1000a"))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("the instruction's address is 0x1000a, and must be a multiple of 4");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 256, 270, 281, 287, 311, 312, 1024})
    void otherTypesCannotBeLinked(int type) {
        assertThatThrownBy(() -> link(type, PLACE, "0"))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("relocation type %d of aarch64".formatted(type));
    }
}
