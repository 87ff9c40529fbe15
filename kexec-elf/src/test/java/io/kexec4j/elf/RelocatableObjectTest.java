package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelocatableObjectTest {
    /** In {@link Fixtures#object()}: .text of 21 bytes at 0, .data of 16 at 24, .bss of 100 at 64. */
    private static final long ADDRESS = 0x40000;

    // Sections of the fixture: 1 .text, 2 .bss, 3 .data, 4 .symtab, 5 .strtab, 6 .rela.text, 7 .rela.data
    private final ElfImage image = Fixtures.object().build();

    @Test
    void contentComesBeforeMemoryInTheOrderOfTheFile() throws Exception {
        RelocatableObject object = image.parseObject();
        LinkedObject linked = object.link(ADDRESS);

        assertThat(object.contentSize()).isEqualTo(40);
        assertThat(object.memorySize()).isEqualTo(164);
        assertThat(object.alignment()).isEqualTo(64);
        assertThat(linked.address()).isEqualTo(ADDRESS);
        assertThat(linked.memorySize()).isEqualTo(164);
        assertThat(linked.symbolAddress("start")).isEqualTo(ADDRESS);
        assertThat(linked.symbolAddress("value")).isEqualTo(ADDRESS + 24);
        assertThat(linked.symbolAddress("memory")).isEqualTo(ADDRESS + 68);
        assertThat(linked.symbolAddress("constant")).isEqualTo(0x4711);
        assertThat(linked.symbolSize("memory")).isEqualTo(4);

        ByteBuffer content = ByteBuffer.wrap(linked.content()).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(content.remaining()).isEqualTo(40);
        assertThat(content.getInt(0)).isEqualTo(24 - 4);
        assertThat(content.getInt(5)).isEqualTo(68 - 4 - 5);
        assertThat(content.getInt(9)).isEqualTo((int) ADDRESS + 1);
        assertThat(content.getLong(24)).isEqualTo(0x0807060504030201L);
        assertThat(content.getLong(32)).isEqualTo(ADDRESS + 0x10);
    }

    @Test
    void anObjectWithNothingToLoadIsEmpty() throws Exception {
        LinkedObject linked = ElfBuilder.object().build().parseObject().link(1);

        assertThat(linked.content()).isEmpty();
        assertThat(linked.memorySize()).isZero();
    }

    @Test
    void linkingLeavesTheObjectAsItIs() throws Exception {
        RelocatableObject object = image.parseObject();
        byte[] first = object.link(ADDRESS).content();

        assertThat(object.link(2 * ADDRESS).content()).isNotEqualTo(first);
        assertThat(object.link(ADDRESS).content()).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 63, ADDRESS + 32, -1})
    void theAddressMustBeAligned(long address) throws Exception {
        RelocatableObject object = image.parseObject();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> object.link(address))
                .withMessageContaining("multiple of 0x40");
    }

    @Test
    void theObjectMustFitBelowTheLastAddress() throws Exception {
        ElfBuilder builder = ElfBuilder.object();
        builder.section(".data", Section.SHT_PROGBITS).flags(Section.SHF_ALLOC).content(new byte[16]);
        RelocatableObject object = builder.build().parseObject();

        assertThat(object.link(-16).address()).isEqualTo(-16);
        assertThatIllegalArgumentException().isThrownBy(() -> object.link(-15)).withMessageContaining("reach beyond");
    }

    @Test
    void variablesCanBeSet() throws Exception {
        LinkedObject linked = image.parseObject().link(ADDRESS);
        byte[] value = {9, 9, 9, 9, 9, 9, 9, 9};
        byte[] before = linked.content();
        LinkedObject patched = linked.patch("value", value);
        value[0] = 0;
        patched.content()[24] = 0;

        assertThat(linked.content()).isEqualTo(before);
        System.arraycopy(new byte[] {9, 9, 9, 9, 9, 9, 9, 9}, 0, before, 24, 8);
        assertThat(patched.content()).isEqualTo(before);
        assertThat(patched.address()).isEqualTo(ADDRESS);
        assertThat(patched.symbolAddress("value")).isEqualTo(ADDRESS + 24);
    }

    @Test
    void onlyVariablesWithContentOfTheSameSizeCanBeSet() throws Exception {
        LinkedObject linked = image.parseObject().link(ADDRESS);

        assertPatchRefused(linked, "memory", 4, "symbol memory has no content");
        assertPatchRefused(linked, "constant", 0, "symbol constant has no content");
        assertPatchRefused(linked, "value", 7, "symbol value has 8 bytes, but the value to set has 7");
        assertPatchRefused(linked, "value", 9, "has 9");
        assertPatchRefused(linked, "none", 0, "defines no global symbol none");
        assertPatchRefused(linked, "", 0, "defines no global symbol");
        assertThatIllegalArgumentException().isThrownBy(() -> linked.symbolAddress("none"));
        assertThatIllegalArgumentException().isThrownBy(() -> linked.symbolSize("none"));
    }

    private static void assertPatchRefused(LinkedObject linked, String symbol, int size, String rule) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> linked.patch(symbol, new byte[size]))
                .withMessageContaining(rule);
    }

    @Test
    void localSymbolsAreNotFound() throws Exception {
        LinkedObject linked =
                image.with("sym2.st_info", Symbol.STT_OBJECT).parseObject().link(ADDRESS);

        assertThatThrownBy(() -> linked.symbolAddress("value")).hasMessageContaining("no global symbol value");
    }

    @Test
    void weakSymbolsMayStayUndefined() throws Exception {
        ElfImage weak = image.with("sym1.st_shndx", 0)
                .with("sym1.st_info", Symbol.STB_WEAK << 4)
                .with("rel2.r_addend", 3);
        ByteBuffer content =
                ByteBuffer.wrap(weak.parseObject().link(ADDRESS).content()).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(content.getInt(9)).isEqualTo(3);
        assertThat(content.getLong(32)).isEqualTo(0x10);
        assertThatThrownBy(() -> weak.parseObject().link(ADDRESS).symbolAddress("start"))
                .hasMessageContaining("start");
    }

    @Test
    void symbolZeroIsAddressZero() throws Exception {
        byte[] content =
                image.with("rel3.r_info", 1).parseObject().link(ADDRESS).content();

        assertThat(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong(32))
                .isEqualTo(0x10);
    }

    @Test
    void relocationTypeZeroDoesNothingEvenForUndefinedSymbols() throws Exception {
        ElfImage none = image.with("sym2.st_shndx", 0).with("rel0.r_info", 2L << 32);

        assertThat(none.parseObject().link(ADDRESS).content()).startsWith(0, 0, 0, 0);
    }

    @Test
    void relocationsOfSectionsThatAreNotLoadedAreIgnored() throws Exception {
        ElfImage notLoaded =
                image.with("sh3.sh_flags", 0).with("rel0.r_info", 0).with("rel3.r_info", 99);

        assertThat(notLoaded.parseObject().contentSize()).isEqualTo(21);
    }

    @Test
    void onlyRelocatableObjectsOfAKnownArchitectureCanBeLinked() {
        assertRefused(image.with("e_type", ElfHeader.ET_EXEC), "ET_REL", 16);
        assertRefused(image.with("e_type", ElfHeader.ET_DYN), "ET_REL", 16);
        assertRefused(image.with("e_machine", ElfHeader.EM_RISCV), "e_machine 243, ELF64, LITTLE_ENDIAN", 18);
        ElfImage x32 = new ElfBuilder(ElfClass.ELF32, ByteOrder.LITTLE_ENDIAN).build();
        assertRefused(x32, "e_machine 62, ELF32", 18);
    }

    @Test
    void symbolsThatAreUsedMustHaveAnAddress() {
        long at = image.field("rel0.r_offset").offset();
        assertRefused(image.with("sym2.st_shndx", 0), "symbol value is undefined", at);
        assertRefused(image.with("sym2.st_shndx", 0).with("sym2.st_name", 0), "symbol #2 is undefined", at);
        assertRefused(image.with("sym2.st_shndx", 0xfff2), "symbol value is a common block (SHN_COMMON)", at);
        assertRefused(image.with("sym2.st_shndx", 0xff20), "symbol value has the reserved section index 0xff20", at);
        assertRefused(image.with("sym2.st_shndx", 4), "symbol value lies in a section that is not loaded: .symtab", at);
        assertRefused(image.with("sym2.st_info", 0x16), "symbol value is thread-local", at);
        assertRefused(image.with("sym2.st_info", 0x1a), "symbol value is an indirect function", at);
        assertRefused(image.with("sym2.st_value", 17), "symbol value lies outside its section", at);
        assertRefused(image.with("sym2.st_value", -1), "symbol value lies outside its section", at);
        assertRefused(image.with("sym2.st_shndx", 9), "symbol 2 is defined in section 9 of 9", null);
    }

    @Test
    void definedSymbolsMustBeSound() {
        long at = image.field("sym2.st_name").offset();
        assertRefused(image.with("sym2.st_value", 16), "inside its section", at);
        assertRefused(image.with("sym2.st_size", 17), "inside its section", at);
        assertRefused(image.with("sym2.st_size", -1), "inside its section", at);
        assertRefused(image.with("sym2.st_name", image.get("sym1.st_name")), "symbol start is defined twice", at);
    }

    @Test
    void aCommonBlockIsRefusedEvenWithoutUse() {
        ElfBuilder builder = Fixtures.object();
        builder.symbol("block", Symbol.STB_GLOBAL, Symbol.STT_OBJECT, Symbol.SHN_COMMON, 8, 8);
        assertRefused(builder.build(), "symbol block is a common block (SHN_COMMON): compile with -fno-common", null);
    }

    @Test
    void anEndMarkerMayLieAtTheEndOfItsSection() throws Exception {
        ElfImage marker = image.with("sym2.st_value", 16).with("sym2.st_size", 0);

        assertThat(marker.parseObject().link(ADDRESS).symbolAddress("value")).isEqualTo(ADDRESS + 40);
    }

    @Test
    void relocationsMustLieInsideTheirSection() {
        long at = image.field("rel0.r_offset").offset();
        for (long offset : new long[] {18, 21, 0x7fffffff, 0xffffffffL, Long.MAX_VALUE, Long.MIN_VALUE, -1, -4}) {
            assertRefused(image.with("rel0.r_offset", offset), "of R_X86_64_PC32 does not lie inside .text", at);
        }
        assertRefused(image.with("rel3.r_offset", 9), "r_offset 0x9 of R_X86_64_64 does not lie inside .data", null);
    }

    @Test
    void theLastPlaceOfASectionCanBeRelocated() throws Exception {
        byte[] content =
                image.with("rel0.r_offset", 17).parseObject().link(ADDRESS).content();

        assertThat(content[17]).isEqualTo((byte) (24 - 17 - 4));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 5, 9, 12, 19, 41, 42, 0x7fffffff, 0xffffffffL})
    void otherRelocationTypesAreRefused(long type) {
        assertRefused(
                image.with("rel0.r_info", 2L << 32 | type),
                "relocation type %d of x86_64 (against value, in .text) cannot be linked".formatted(type),
                (long) image.field("rel0.r_offset").offset());
    }

    @Test
    void tablesOfRelocationsMustBeSound() {
        assertRefused(image.with("sh6.sh_info", 0), "sh_info", at("sh6.sh_info"));
        assertRefused(image.with("sh6.sh_info", 9), "sh_info", at("sh6.sh_info"));
        assertRefused(image.with("sh6.sh_info", 0xffffffffL), "sh_info", at("sh6.sh_info"));
        assertRefused(image.with("sh6.sh_info", 2), "without content", at("sh6.sh_info"));
        assertRefused(image.with("sh6.sh_link", 0), "sh_link", at("sh6.sh_link"));
        assertRefused(image.with("sh6.sh_link", 5), "sh_link", at("sh6.sh_link"));
        assertRefused(image.with("rel0.r_info", 5L << 32 | 2), "must name a symbol", null);
        assertRefused(image.with("rel0.r_info", 0x80000000_00000002L), "must name a symbol", null);
        ElfImage withoutSymbols = image.with("sh4.sh_size", 0);
        for (int i = 0; i < 4; i++) {
            withoutSymbols = withoutSymbols.with("rel" + i + ".r_info", 1);
        }
        assertRefused(withoutSymbols, "must name a symbol", null);
        assertRefused(image.with("sh7.sh_type", Section.SHT_RELR), "section type 0x13", at("sh7.sh_type"));
        assertRefused(image.with("sh7.sh_type", 0x40000014), "section type 0x40000014", at("sh7.sh_type"));
        assertRefused(
                Fixtures.object().withoutAddends().build(),
                "relocations for x86_64 must be of section type SHT_RELA",
                null);
    }

    @Test
    void sectionsMustBeLoadable() {
        assertRefused(image.with("sh1.sh_addralign", 3), "sh_addralign", at("sh1.sh_addralign"));
        assertRefused(image.with("sh1.sh_addralign", Long.MIN_VALUE), "sh_addralign", at("sh1.sh_addralign"));
        assertRefused(image.with("sh1.sh_addralign", -1), "sh_addralign", at("sh1.sh_addralign"));
        assertRefused(image.with("sh3.sh_flags", 0x402), "SHF_TLS", at("sh3.sh_flags"));
        assertRefused(image.with("sh3.sh_flags", 0x802), "SHF_COMPRESSED", at("sh3.sh_flags"));
        assertRefused(image.with("sh3.sh_type", 0), "SHT_NULL", at("sh3.sh_type"));
        assertRefused(image.with("sh2.sh_size", -1), "2^63", at("sh2.sh_size"));
        assertRefused(image.with("sh2.sh_size", Long.MAX_VALUE), "2^63", at("sh2.sh_size"));
        assertRefused(image.with("sh1.sh_size", 65 << 20), "64 MiB", at("sh1.sh_size"));
        assertRefused(image.with("sh3.sh_addralign", 1 << 17), "64 KiB", at("sh3.sh_addralign"));
        assertRefused(
                image.with("sh2.sh_addralign", 1L << 62).with("sh2.sh_size", 1L << 62), "2^63", at("sh2.sh_size"));
        assertRefused(image.with("sh3.sh_offset", 1 << 20), "do not lie inside the file", at("sh3.sh_offset"));
        assertRefused(image.with("sh3.sh_offset", image.get("sh1.sh_offset") + 20), "overlap", at("sh3.sh_offset"));
    }

    /** Large pages are what an object may want, and memory of .bss may start wherever it likes: it takes none here. */
    @Test
    void alignmentMayBeThatOfAPage() throws Exception {
        RelocatableObject object = image.with("sh3.sh_addralign", 1 << 16)
                .with("sh2.sh_addralign", 1 << 21)
                .parseObject();

        assertThat(object.contentSize()).isEqualTo((1 << 16) + 16);
        assertThat(object.memorySize()).isEqualTo((1 << 21) + 100);
    }

    private long at(String field) {
        return image.field(field).offset();
    }

    @Test
    void bssMayBeLargerThanAnyMemory() throws Exception {
        RelocatableObject object =
                image.with("sh2.sh_size", Long.MAX_VALUE - 64).parseObject();

        assertThat(object.memorySize()).isEqualTo(Long.MAX_VALUE);
        assertThat(object.link(0).content()).hasSize(40);
    }

    /** Many sections over the same bytes would multiply a small file. */
    @Test
    void sectionsMayNotShareTheirBytes() {
        ElfBuilder builder = ElfBuilder.object();
        for (int i = 0; i < 10; i++) {
            builder.section(".data", Section.SHT_PROGBITS)
                    .flags(Section.SHF_ALLOC)
                    .content(i == 0 ? new byte[4000] : new byte[0]);
        }
        ElfImage shared = builder.build();
        for (int i = 1; i < 10; i++) {
            shared = shared.with("sh" + (i + 1) + ".sh_offset", shared.get("sh1.sh_offset"))
                    .with("sh" + (i + 1) + ".sh_size", 4000);
        }
        assertRefused(shared, "must not overlap", null);
    }

    private static void assertRefused(ElfImage image, String rule, @Nullable Number offset) {
        assertThatThrownBy(image::parseObject).isInstanceOfSatisfying(ElfFormatException.class, e -> {
            assertThat(e.rule()).contains(rule);
            if (offset != null) {
                assertThat(e.offset()).isEqualTo(offset.longValue());
            }
        });
    }
}
