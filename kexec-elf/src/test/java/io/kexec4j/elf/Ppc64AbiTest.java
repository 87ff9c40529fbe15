package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of contents, local entries and function descriptors. */
class Ppc64AbiTest {
    private static final long ADDRESS = 0x40000;

    private static final int REL24 = 10;
    private static final int REL14 = 11;
    private static final int ADDR64 = 38;
    private static final int TOC = 51;
    private static final int REL24_NOTOC = 116;

    /** Section 1 .text of 64 bytes, section 2 of 0x1240 bytes before what a test adds. */
    private static ElfBuilder object(int flags) {
        ElfBuilder builder = new ElfBuilder(ElfClass.ELF64, ByteOrder.BIG_ENDIAN)
                .machine(ElfHeader.EM_PPC64)
                .flags(flags);
        section(builder, ".text", 64);
        section(builder, ".rodata", 0x1240 - 64);
        return builder;
    }

    private static ElfBuilder.SectionSpec section(ElfBuilder builder, String name, int size) {
        return builder.section(name, Section.SHT_PROGBITS)
                .flags(Section.SHF_ALLOC)
                .alignment(8)
                .content(new byte[size]);
    }

    private static LinkedObject link(ElfBuilder builder) throws ElfFormatException {
        return builder.build().parseObject().link(ADDRESS);
    }

    @ParameterizedTest
    @CsvSource({
        ".toc,  .data, 0x9200", ".got,  .data, 0x9200", ".got,  .toc,  0x9200", ".toc,  .got,  0x9200",
        ".data, .toc,  0x9300", ".data, .got,  0x9300", ".data, .bss,  0x8000", ".tocs, .gots, 0x8000",
    })
    void theTocStartsAtMultiplesOf256(String first, String second, String offset) throws Exception {
        ElfBuilder builder = object(2);
        section(builder, first, 0x100);
        section(builder, second, 0x100);
        RelocatableObject object = builder.build().parseObject();

        assertThat(object.alignment()).isEqualTo(256);
        for (long address : new long[] {0, 0x100, 0x12_3456_7800L, -0x10000}) {
            LinkedObject linked = object.link(address);
            assertThat(linked.symbolAddress(".TOC.")).isEqualTo(address + Long.decode(offset));
            assertThat(linked.symbolSize(".TOC.")).isZero();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> object.link(0x80));
    }

    @Test
    void aTocThatIsNotLoadedDoesNotCount() throws Exception {
        ElfBuilder builder = object(2);
        builder.section(".toc", Section.SHT_PROGBITS).content(new byte[8]);

        assertThat(link(builder).symbolAddress(".TOC.")).isEqualTo(ADDRESS + 0x8000);
    }

    /** Against the symbol, which no file defines, and by R_PPC64_TOC, which needs none. */
    @Test
    void theTocBaseCanBeStored() throws Exception {
        ElfBuilder builder = object(2);
        ElfBuilder.SectionSpec toc = section(builder, ".toc", 24);
        int symbol = builder.symbol(".TOC.", Symbol.STB_GLOBAL, 0, 0, 0, 0);
        builder.relocation(toc, 0, symbol, ADDR64, 4);
        builder.relocation(toc, 8, 0, TOC, 0);
        builder.relocation(toc, 16, symbol, TOC, 5);
        ByteBuffer content = ByteBuffer.wrap(link(builder).content());

        assertThat(content.getLong(0x1240)).isEqualTo(ADDRESS + 0x9204);
        assertThat(content.getLong(0x1248)).isEqualTo(ADDRESS + 0x9200);
        assertThat(content.getLong(0x1250)).isEqualTo(ADDRESS + 0x9205);
    }

    @Test
    void theTocBaseIsDefinedByTheLinkerOnly() {
        ElfBuilder builder = object(2);
        builder.symbol(".TOC.", Symbol.STB_GLOBAL, 0, 1, 0, 0);

        assertThatThrownBy(() -> link(builder))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("symbol .TOC. is defined twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TOC", ".TOC", ".toc", "_TOC_", ".other"})
    void otherSymbolsMustBeDefined(String name) {
        ElfBuilder builder = object(1);
        ElfBuilder.SectionSpec toc = section(builder, ".toc", 24);
        builder.relocation(toc, 0, builder.symbol(name, Symbol.STB_GLOBAL, 0, 0, 0, 0), ADDR64, 0);

        assertThatThrownBy(() -> link(builder))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("symbol " + name + " is undefined");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 0x10000, -1})
    void otherVersionsOfTheAbiAreErrors(int flags) {
        assertThatThrownBy(() -> link(object(flags))).isInstanceOfSatisfying(ElfFormatException.class, e -> {
            assertThat(e.rule()).isEqualTo("e_flags of a ppc64 object must be the version of its ABI: 0 to 2");
            assertThat(e.offset()).isEqualTo(48);
        });
    }

    /** A function at 16 whose st_other is given, and a branch from 4. */
    private static ElfImage branch(int type, int other) {
        ElfBuilder builder = object(2);
        ElfBuilder.SectionSpec code = section(builder, ".code", 64);
        int function = builder.symbol("function", Symbol.STB_GLOBAL, Symbol.STT_FUNC, code.index, 16, 48);
        builder.relocation(code, 4, function, type, 0);
        return builder.build().with("sym1.st_other", other);
    }

    @ParameterizedTest
    @CsvSource({
        "10, 0x00, 0", "10, 0x02, 0", "10, 0x40, 4", "10, 0x60, 8", "10, 0x63, 8", "10, 0x80, 16", "10, 0xa0, 32",
        "10, 0xc0, 64", "11, 0x00, 0", "11, 0x60, 8", "116, 0x00, 0", "116, 0x20, 0", "38, 0x60, 0", "38, 0xe0, 0",
    })
    void branchesGoToTheLocalEntry(int type, int other, int distance) throws Exception {
        LinkedObject linked = branch(type, other).parseObject().link(ADDRESS);
        ByteBuffer content = ByteBuffer.wrap(linked.content());

        if (type == ADDR64) {
            assertThat(content.getLong(0x1244)).isEqualTo(ADDRESS + 0x1250);
        } else {
            assertThat(content.getInt(0x1244)).isEqualTo(12 + distance);
        }
        assertThat(linked.symbolAddress("function")).isEqualTo(ADDRESS + 0x1250);
    }

    @ParameterizedTest
    @CsvSource({
        "R_PPC64_REL24,       10,  0x20, needs a stub: the function does not preserve the TOC pointer",
        "R_PPC64_REL14,       11,  0x20, needs a stub: the function does not preserve the TOC pointer",
        "R_PPC64_REL24,       10,  0xe0, has a reserved local entry (st_other 0xe0)",
        "R_PPC64_REL24_NOTOC, 116, 0xe3, has a reserved local entry (st_other 0xe3)",
        "R_PPC64_REL24_NOTOC, 116, 0x40, 'needs a stub: the function needs a TOC pointer, and the caller has none'",
        "R_PPC64_REL24_NOTOC, 116, 0x60, 'needs a stub: the function needs a TOC pointer, and the caller has none'",
    })
    void branchesThatNeedAStubAreErrors(String name, int type, int other, String rule) {
        ElfImage image = branch(type, other);

        assertThatThrownBy(image::parseObject).isInstanceOfSatisfying(ElfFormatException.class, e -> {
            assertThat(e.rule()).isEqualTo(name + " against function " + rule);
            assertThat(e.offset()).isEqualTo(image.field("rel0.r_offset").offset());
        });
    }

    /** Code at 32 of section 3 and descriptors at 0 (global f) and 24 (local) of section 4; symbols 1 code, 2 .opd, 3 f. */
    private static ElfBuilder descriptors(int flags) {
        ElfBuilder builder = object(flags);
        ElfBuilder.SectionSpec code = section(builder, ".code", 64);
        ElfBuilder.SectionSpec opd = section(builder, ".opd", 48);
        int start = builder.symbol("", Symbol.STB_LOCAL, Symbol.STT_SECTION, code.index, 0, 0);
        builder.symbol("", Symbol.STB_LOCAL, Symbol.STT_SECTION, opd.index, 0, 0);
        builder.symbol("f", Symbol.STB_GLOBAL, Symbol.STT_FUNC, opd.index, 0, 1000);
        builder.relocation(opd, 0, start, ADDR64, 32);
        builder.relocation(opd, 8, 0, TOC, 0);
        builder.relocation(opd, 24, start, ADDR64, 48);
        builder.relocation(opd, 32, 0, TOC, 0);
        return builder;
    }

    private static int branchAtZero(ElfBuilder builder, int type, int symbol, long addend) throws ElfFormatException {
        ElfBuilder.SectionSpec caller = section(builder, ".caller", 64);
        builder.relocation(caller, 0, symbol, type, addend);
        return ByteBuffer.wrap(link(builder).content()).getInt(0x1240 + 64 + 48) & 0x3ff_fffc;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void branchesToADescriptorGoToTheCode(int flags) throws Exception {
        for (int type : new int[] {REL24, REL24_NOTOC}) {
            assertThat(branchAtZero(descriptors(flags), type, 3, 0)).isEqualTo((32 - 64 - 48) & 0x3ff_fffc);
            assertThat(branchAtZero(descriptors(flags), type, 2, 24)).isEqualTo((48 - 64 - 48) & 0x3ff_fffc);
            assertThat(branchAtZero(descriptors(flags), type, 3, 24)).isEqualTo((48 - 64 - 48) & 0x3ff_fffc);
        }
        assertThat(branchAtZero(descriptors(flags), REL14, 3, 0)).isEqualTo((32 - 64 - 48) & 0xfffc);
        // To code, without a descriptor.
        assertThat(branchAtZero(descriptors(flags), REL24, 1, 4)).isEqualTo((4 - 64 - 48) & 0x3ff_fffc);
    }

    /** In the second version of the ABI, .opd is a name like any other. */
    @Test
    void thereAreNoDescriptorsInElfV2() throws Exception {
        ElfBuilder builder = descriptors(2);
        assertThatThrownBy(() -> link(builder)).hasMessageContaining("a symbol must lie inside its section");
    }

    @Test
    void descriptorsAndCodeHaveSymbols() throws Exception {
        LinkedObject linked = link(descriptors(0));
        ByteBuffer content = ByteBuffer.wrap(linked.content());

        assertThat(linked.symbolAddress("f")).isEqualTo(ADDRESS + 0x1280);
        assertThat(linked.symbolSize("f")).isEqualTo(1000);
        assertThat(linked.symbolAddress(".f")).isEqualTo(ADDRESS + 0x1260);
        assertThat(linked.symbolSize(".f")).isZero();
        assertThat(content.getLong(0x1280)).isEqualTo(linked.symbolAddress(".f"));
        assertThat(content.getLong(0x1288)).isEqualTo(linked.symbolAddress(".TOC."));
        assertThatIllegalArgumentException().isThrownBy(() -> linked.patch("f", new byte[1000]));
        assertThatIllegalArgumentException().isThrownBy(() -> linked.symbolAddress("."));
        assertThatIllegalArgumentException().isThrownBy(() -> linked.symbolAddress("..f"));
    }

    @Test
    void aDotSymbolOfTheObjectCounts() throws Exception {
        ElfBuilder builder = descriptors(1);
        builder.symbol(".f", Symbol.STB_GLOBAL, Symbol.STT_FUNC, 3, 36, 0);

        assertThat(link(builder).symbolAddress(".f")).isEqualTo(ADDRESS + 0x1240 + 36);
    }

    /** As old compilers write calls: the dot symbol is undefined, or defined by an object that ld -r has added. */
    @Test
    void undefinedDotSymbolsAreTheCode() throws Exception {
        ElfBuilder builder = descriptors(1);
        int symbol = builder.symbol(".f", Symbol.STB_GLOBAL, 0, 0, 0, 0);
        assertThat(branchAtZero(builder, REL24, symbol, 8)).isEqualTo((32 + 8 - 64 - 48) & 0x3ff_fffc);
    }

    @ParameterizedTest
    @CsvSource({"3, 8", "3, -1", "2, 48", "2, 0x7fffffffffffffff", "3, 16"})
    void branchesToWhatIsNoDescriptorAreErrors(int symbol, String addend) {
        long offset = Long.decode(addend);
        assertThatThrownBy(() -> branchAtZero(descriptors(0), REL24, symbol, offset))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining(
                        "a branch to a function descriptor must find a code address at 0x%x of .opd".formatted(offset));
    }

    @Test
    void aDescriptorOfUndefinedCodeIsAnError() {
        ElfBuilder builder = object(1);
        ElfBuilder.SectionSpec opd = section(builder, ".opd", 24);
        builder.relocation(opd, 0, builder.symbol("code", Symbol.STB_GLOBAL, 0, 0, 0, 0), ADDR64, 0);
        int function = builder.symbol("f", Symbol.STB_GLOBAL, Symbol.STT_FUNC, opd.index, 0, 24);

        assertThatThrownBy(() -> branchAtZero(builder, REL24, function, 0))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("symbol code is undefined");
    }
}
