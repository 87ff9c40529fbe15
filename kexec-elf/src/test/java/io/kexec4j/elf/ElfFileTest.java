package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ElfFileTest {
    static Stream<Arguments> kinds() {
        return Arrays.stream(ElfClass.values())
                .flatMap(elfClass -> Fixtures.ORDERS.stream().map(order -> Arguments.of(elfClass, order)));
    }

    /** Values that use all bits of their field, so that a wrong width or order shows. */
    @ParameterizedTest
    @MethodSource("kinds")
    void everyHeaderFieldIsRead(ElfClass elfClass, ByteOrder order) throws Exception {
        long word = elfClass == ElfClass.ELF64 ? 0xf123456789abcdefL : 0xf1234567L;
        ElfFile file = new ElfBuilder(elfClass, order)
                .type(0xfedc)
                .machine(0xabcd)
                .abi(0xf1, 0xf2)
                .entry(word)
                .flags(0xf1e2d3c4)
                .segment(new ProgramHeader(0x60000001, 0xf0000007, 0, word, word - 1, 0, word - 2, word - 3), (byte) 9)
                .build()
                .with("e_ehsize", 0xfe01)
                .parse();

        int headerSize = elfClass == ElfClass.ELF64 ? 64 : 52;
        int contentAt = headerSize + (elfClass == ElfClass.ELF64 ? 56 : 32);
        ElfHeader header = file.header();
        assertThat(header)
                .isEqualTo(new ElfHeader(
                        elfClass,
                        order,
                        0xf1,
                        0xf2,
                        0xfedc,
                        0xabcd,
                        word,
                        0xf1e2d3c4,
                        0xfe01,
                        headerSize,
                        1,
                        header.sectionHeaderOffset(),
                        2,
                        1));
        assertThat(header.sectionHeaderOffset()).isGreaterThan(contentAt);
        assertThat(file.programHeaders())
                .containsExactly(
                        new ProgramHeader(0x60000001, 0xf0000007, contentAt, word, word - 1, 1, word - 2, word - 3));
        assertThat(file.content(file.programHeaders().get(0))).isEqualTo(ByteBuffer.wrap(new byte[] {9}));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everySectionFieldIsRead(ElfClass elfClass, ByteOrder order) throws Exception {
        long word = elfClass == ElfClass.ELF64 ? 0xf123456789abcdefL : 0xf1234567L;
        ElfBuilder builder = new ElfBuilder(elfClass, order);
        ElfBuilder.SectionSpec spec = builder.section(".späte.section", 0x80000001)
                .flags(word)
                .content((byte) 1, (byte) 2)
                .alignment(word - 1)
                .table(0xf1111111, 0xf2222222, 0);
        spec.address = word - 2;
        spec.entrySize = word - 3;
        ElfFile file = builder.build().parse();

        Section section = file.section(".späte.section").orElseThrow();
        assertThat(section)
                .isEqualTo(new Section(
                        1,
                        ".späte.section",
                        0x80000001,
                        word,
                        word - 2,
                        section.offset(),
                        2,
                        0xf1111111,
                        0xf2222222,
                        word - 1,
                        word - 3));
        assertThat(section.has(word)).isTrue();
        assertThat(section.has(0x10)).isFalse();
        assertThat(file.content(section)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
        assertThat(file.content(section).order()).isEqualTo(order);
        assertThat(file.section(".none")).isEmpty();
        assertThat(file.sections()).hasSize(3);
        assertThat(file.content(file.sections().get(0)).remaining()).isZero();
        assertThat(file.symbols()).isEmpty();
        assertThat(file.notes()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void symbolsNotesAndRelocationsAreRead(ElfClass elfClass, ByteOrder order) throws Exception {
        ElfFile file = Fixtures.executable(elfClass, order).build().parse();

        assertThat(file.symbols())
                .containsExactly(
                        new Symbol(0, "", 0, 0, 0, 0, 0, 0),
                        new Symbol(1, "start", 0x10000, 8, Symbol.STT_FUNC, Symbol.STB_GLOBAL, 0, 1),
                        new Symbol(2, "version", 7, 0, Symbol.STT_OBJECT, Symbol.STB_LOCAL, 0, Symbol.SHN_ABS),
                        new Symbol(3, "später", 0, 0, Symbol.STT_NOTYPE, Symbol.STB_WEAK, 0, Symbol.SHN_UNDEF));
        assertThat(file.relocations(file.section(".rela.text").orElseThrow()))
                .containsExactly(
                        new Relocation(4, 3, 38, OptionalLong.of(-4)),
                        new Relocation(8, 0, 22, OptionalLong.of(0x1234)));
        Note gnu = new Note("GNU", 3, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
        Note empty = new Note("", 0x12345678, ByteBuffer.allocate(0));
        assertThat(file.notes()).containsExactly(gnu, empty, gnu, empty);
        assertThat(file.notes().get(0).desc().order()).isEqualTo(order);
        assertThat(file.content(file.section(".bss").orElseThrow()).remaining()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void relocationsWithoutAddendsAreRead(ElfClass elfClass, ByteOrder order) throws Exception {
        ElfFile file =
                Fixtures.executable(elfClass, order).withoutAddends().build().parse();

        assertThat(file.relocations(file.section(".rel.text").orElseThrow()))
                .containsExactly(
                        new Relocation(4, 3, 38, OptionalLong.empty()), new Relocation(8, 0, 22, OptionalLong.empty()));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void numbersTooBigForTheHeaderLieInSectionZero(ElfClass elfClass, ByteOrder order) throws Exception {
        ElfFile plain = Fixtures.executable(elfClass, order).build().parse();
        ElfFile extended =
                Fixtures.executable(elfClass, order).extendedNumbers().build().parse();

        assertThat(extended.header()).isEqualTo(plain.header());
        assertThat(extended.programHeaders()).isEqualTo(plain.programHeaders());
        assertThat(extended.section(".text")).isEqualTo(plain.section(".text"));
    }

    @Test
    void sixteenBitsAreNotEnoughForSections() throws Exception {
        ElfBuilder builder = ElfBuilder.object().extendedNumbers();
        for (int i = 1; i <= 0xfff5; i++) {
            builder.section("", Section.SHT_PROGBITS).content((byte) i);
        }
        builder.symbol("plain", 1, 0, 0xfeff, 0, 0);
        builder.symbol("wide", 1, 0, 0xff00, 0, 0);
        builder.symbol("section 0xfff1", 1, 0, 0xfff1, 0, 0);
        builder.symbol("absolute", 1, 0, Symbol.SHN_ABS, 0, 0);
        ElfImage image = builder.build();
        ElfFile file = image.parse();

        assertThat(file.sections()).hasSize(0x10000 - 10 + 4);
        assertThat(file.symbols().stream().map(Symbol::sectionIndex))
                .containsExactly(0, 0xfeff, 0xff00, 0xfff1, Symbol.SHN_ABS);
        assertThatThrownBy(() -> image.with("xindex2", 0xffffffffL).parse().symbols())
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("section 2147483647 of");
        assertThatThrownBy(() -> Fixtures.object()
                        .build()
                        .with("sym1.st_shndx", 0xffff)
                        .parse()
                        .symbols())
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("SHT_SYMTAB_SHNDX");
    }

    @Test
    void moreProgramHeadersThanSixteenBitsCount() throws Exception {
        ElfBuilder builder = ElfBuilder.object().type(ElfHeader.ET_CORE).extendedNumbers();
        for (int i = 0; i < 0x10001; i++) {
            builder.segment(new ProgramHeader(ProgramHeader.PT_LOAD, 4, 0, i, 0, 0, 0, 0));
        }
        ElfFile file = builder.build().parse();

        assertThat(file.header().programHeaderCount()).isEqualTo(0x10001);
        assertThat(file.programHeaders().get(0x10000).virtualAddress()).isEqualTo(0x10000);
    }

    @Test
    void theBufferIsASliceThatStaysAsItIs() throws Exception {
        byte[] bytes = Fixtures.object().build().bytes();
        ByteBuffer buffer = ByteBuffer.allocate(bytes.length + 20).order(ByteOrder.BIG_ENDIAN);
        buffer.position(7).put(bytes).flip().position(7);
        ElfFile file = ElfFile.parse(buffer);

        assertThat(buffer.position()).isEqualTo(7);
        assertThat(buffer.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
        assertThat(file.symbols())
                .isEqualTo(ElfFile.parse(ByteBuffer.wrap(bytes)).symbols());
        ByteBuffer content = file.content(file.section(".data").orElseThrow());
        assertThat(content.get(0)).isEqualTo((byte) 1);
        assertThatThrownBy(() -> content.put(0, (byte) 0)).isInstanceOf(ReadOnlyBufferException.class);
        assertThatThrownBy(() -> new Note("", 0, buffer).desc().put((byte) 0))
                .isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void aFileNeedsNoSectionsAndNoNames() throws Exception {
        ElfImage image =
                Fixtures.executable(ElfClass.ELF64, ByteOrder.BIG_ENDIAN).build();
        ElfFile withoutNames = image.with("e_shstrndx", 0).parse();
        ElfFile withoutSections = image.with("e_shoff", 0)
                .with("e_shnum", 0)
                .with("e_shstrndx", 0)
                .with("e_shentsize", 0)
                .parse();

        assertThat(withoutNames.sections()).hasSize(image.parse().sections().size());
        assertThat(withoutNames.sections()).allMatch(section -> section.name().isEmpty());
        assertThat(withoutSections.sections()).isEmpty();
        assertThat(withoutSections.symbols()).isEmpty();
        assertThat(withoutSections.notes()).hasSize(2);
        assertThat(withoutSections.programHeaders()).hasSize(2);
    }

    @Test
    void anEmptyTableOfNamesHoldsTheEmptyName() throws Exception {
        ElfImage image = ElfBuilder.object().build();
        ElfFile file = image.with("sh1.sh_size", 0).with("sh1.sh_name", 0).parse();

        assertThat(file.sections()).allMatch(section -> section.name().isEmpty());
    }

    @Test
    void onlyTablesAreReadAsTables() throws Exception {
        ElfFile file = Fixtures.object().build().parse();
        Section text = file.section(".text").orElseThrow();

        assertThatIllegalArgumentException().isThrownBy(() -> file.symbols(text));
        assertThatIllegalArgumentException().isThrownBy(() -> file.relocations(text));
        assertThat(file.symbols(file.section(".symtab").orElseThrow())).isEqualTo(file.symbols());
    }

    @Test
    void symbolsKnowTheirVisibility() {
        assertThat(List.of(0, 1, 0x82, 0x63))
                .extracting(other -> new Symbol(1, "x", 0, 0, 0, 0, other, 0).visibility())
                .containsExactly(0, 1, 2, 3);
    }
}
