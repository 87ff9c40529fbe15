package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each relocation type at its limits: the last value that fits and the first that does not. x86-64 psABI, table 4.9. */
class X8664RelocatorTest {
    private static final long ADDRESS = 0x10000;
    private static final int PLACE = 8;

    /** Links one relocation at address 0x10008 against an absolute symbol. */
    private static ByteBuffer link(int type, String symbol, String addend) throws ElfFormatException {
        ElfBuilder builder = ElfBuilder.object();
        ElfBuilder.SectionSpec data = builder.section(".data", Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC)
                .content(new byte[24]);
        int index = builder.symbol("limit", 1, 0, Symbol.SHN_ABS, Long.decode(symbol), 0);
        builder.relocation(data, PLACE, index, type, Long.decode(addend));
        byte[] content = builder.build().parseObject().link(ADDRESS).content();
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @CsvSource({
        "R_X86_64_64,     1,  0x0,                0,                  0x0",
        "R_X86_64_64,     1,  0x7fffffffffffffff, 0,                  0x7fffffffffffffff",
        "R_X86_64_64,     1,  0x7fffffffffffffff, 1,                  -0x8000000000000000",
        "R_X86_64_64,     1,  -1,                 1,                  0",
        "R_X86_64_PC64,   24, 0x10008,            0,                  0",
        "R_X86_64_PC64,   24, 0,                  0,                  -0x10008",
        "R_X86_64_PC64,   24, -0x8000000000000000, 0,                 0x7ffffffffffefff8",
    })
    void eightBytesHoldEveryValue(String name, int type, String symbol, String addend, String value) throws Exception {
        ByteBuffer content = link(type, symbol, addend);

        assertThat(content.getLong(PLACE)).as(name).isEqualTo(Long.decode(value));
        assertThat(content.getLong(0)).isZero();
        assertThat(content.getLong(16)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "R_X86_64_PC32,  2,  0x80010007,  0,   0x7fffffff",
        "R_X86_64_PC32,  2,  0x8001000b,  -4,  0x7fffffff",
        "R_X86_64_PC32,  2,  -0x7ffefff8, 0,   0x80000000",
        "R_X86_64_PLT32, 4,  0x8001000b,  -4,  0x7fffffff",
        "R_X86_64_PLT32, 4,  -0x7ffefff4, -4,  0x80000000",
        "R_X86_64_32,    10, 0,           0,   0x0",
        "R_X86_64_32,    10, 1,           -1,  0x0",
        "R_X86_64_32,    10, 0xffffffff,  0,   0xffffffff",
        "R_X86_64_32,    10, 0x100000000, -1,  0xffffffff",
        "R_X86_64_32S,   11, 0x7fffffff,  0,   0x7fffffff",
        "R_X86_64_32S,   11, 0x80000000,  -1,  0x7fffffff",
        "R_X86_64_32S,   11, -0x80000000, 0,   0x80000000",
    })
    void fourBytesHoldTheLastValueThatFits(String name, int type, String symbol, String addend, String value)
            throws Exception {
        ByteBuffer content = link(type, symbol, addend);

        assertThat(content.getInt(PLACE)).as(name).isEqualTo(Long.decode(value).intValue());
        assertThat(content.getLong(0)).isZero();
        assertThat(content.getInt(PLACE + 4)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "R_X86_64_PC32,  2,  0x8001000c,  -4, 0x80000000",
        "R_X86_64_PC32,  2,  -0x7ffefff5, -4, 0xffffffff7fffffff",
        "R_X86_64_PLT32, 4,  0x8001000c,  -4, 0x80000000",
        "R_X86_64_PLT32, 4,  -0x7ffefff5, -4, 0xffffffff7fffffff",
        "R_X86_64_32,    10, 0x100000000, 0,  0x100000000",
        "R_X86_64_32,    10, 0,           -1, 0xffffffffffffffff",
        "R_X86_64_32,    10, 0xffffffff,  1,  0x100000000",
        "R_X86_64_32S,   11, 0x80000000,  0,  0x80000000",
        "R_X86_64_32S,   11, -0x80000001, 0,  0xffffffff7fffffff",
        "R_X86_64_32S,   11, -0x80000000, -1, 0xffffffff7fffffff",
    })
    void theFirstValueThatDoesNotFitIsAnError(String name, int type, String symbol, String addend, String value) {
        assertThatThrownBy(() -> link(type, symbol, addend))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining(
                        name + " against limit overflows: the value for address 0x10008 is " + value + ",");
    }
}
