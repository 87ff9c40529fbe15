package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are: ElfFormatException or a result, and the same one each time. */
class HostileBytesTest {
    private static final int MUTATIONS = 5000;

    static List<ElfImage> fixtures() {
        return Fixtures.all();
    }

    /** The section headers lie at the end of the fixtures, so no shorter file is a file. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void everyTruncationIsRefused(ElfImage image) {
        byte[] bytes = image.bytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] shorter = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ElfFile.parse(ByteBuffer.wrap(shorter)))
                    .as("%d bytes", length)
                    .isInstanceOf(ElfFormatException.class);
        }
        assertThatCode(() -> ElfFile.parse(ByteBuffer.wrap(bytes))).doesNotThrowAnyException();
    }

    /** Without section headers, what is cut off is found by what needs it. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void everyTruncationWithoutSectionsIsSurvived(ElfImage image) {
        byte[] bytes = image.with("e_shoff", 0)
                .with("e_shnum", 0)
                .with("e_shstrndx", 0)
                .bytes();
        for (int length = 0; length < bytes.length; length++) {
            assertSurvived(Arrays.copyOf(bytes, length), "%d bytes".formatted(length));
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void everyFieldSurvivesExtremeValues(ElfImage image) {
        long[] values = extremes(image);
        for (String field : image.fieldNames()) {
            long original = image.get(field);
            for (long value : values) {
                assertSurvived(image.with(field, value).bytes(), "%s = 0x%x".formatted(field, value));
                assertSurvived(image.with(field, original + value).bytes(), "%s += 0x%x".formatted(field, value));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void randomChangesAreSurvived(ElfImage image) {
        byte[] bytes = image.bytes();
        for (int seed = 0; seed < MUTATIONS; seed++) {
            Random random = new Random(seed);
            byte[] changed = bytes.clone();
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0xff);
            }
            assertSurvived(changed, "seed " + seed);
        }
    }

    /** Several fields at once: each change may hide another behind its error, so few fields and many tries. */
    @ParameterizedTest
    @MethodSource("fixtures")
    void randomFieldsAreSurvived(ElfImage image) {
        long[] values = extremes(image);
        List<String> fields = image.fieldNames();
        for (int seed = 0; seed < MUTATIONS; seed++) {
            Random random = new Random(seed);
            ElfImage changed = image;
            for (int i = 2 + random.nextInt(3); i > 0; i--) {
                String field = fields.get(random.nextInt(fields.size()));
                long value = values[random.nextInt(values.length)];
                changed = changed.with(field, random.nextBoolean() ? value : image.get(field) + value);
            }
            assertSurvived(changed.bytes(), "seed " + seed);
        }
    }

    private static long[] extremes(ElfImage image) {
        int size = image.bytes().length;
        return new long[] {
            0,
            1,
            2,
            3,
            4,
            7,
            8,
            12,
            0x7f,
            0x80,
            0xff,
            0x7fff,
            0xff00,
            0xfff1,
            0xfff2,
            0xffff,
            0x7fffffff,
            0x80000000L,
            0xfffffff0L,
            0xffffffffL,
            0x100000000L,
            size - 1,
            size,
            size + 1,
            -size,
            -8,
            -1,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            0x40000000,
            0x4000000000000000L
        };
    }

    private static void assertSurvived(byte[] bytes, String what) {
        List<String> first = Reading.all(bytes);
        assertThat(Reading.all(bytes)).as(what).isEqualTo(first);
    }

    static Stream<Arguments> brokenRules() {
        return Stream.of(
                broken("ei_class", 0, 4, "EI_CLASS"),
                broken("ei_class", 3, 4, "EI_CLASS"),
                broken("ei_data", 0, 5, "EI_DATA"),
                broken("ei_data", 3, 5, "EI_DATA"),
                broken("ei_version", 0, 6, "EI_VERSION"),
                broken("e_version", 2, 20, "e_version"),
                broken("e_phentsize", 55, 54, "e_phentsize"),
                broken("e_phentsize", 0, 54, "e_phentsize"),
                broken("e_shentsize", 0, 58, "e_shentsize"),
                broken("e_shentsize", 65, 58, "e_shentsize"),
                broken("e_phoff", 0, 32, "e_phoff"),
                broken("e_phoff", -1, 32, "program header table"),
                broken("e_phoff", -56, 32, "program header table"),
                broken("e_phoff", Long.MIN_VALUE, 32, "program header table"),
                broken("e_phnum", 0xfffe, 56, "program header table"),
                broken(
                        "e_phnum",
                        0xffff,
                        at("sh0.sh_info"),
                        "program header table",
                        image -> image.with("sh0.sh_info", 0xffffffffL)),
                broken(
                        "e_phnum",
                        0xffff,
                        56,
                        "needs section 0",
                        image -> image.with("e_shoff", 0).with("e_shnum", 0)),
                broken("e_shoff", 0, 60, "e_shnum"),
                broken("e_shoff", 0, 62, "e_shstrndx", image -> image.with("e_shnum", 0)),
                broken("e_shoff", -64, 40, "section 0"),
                broken("e_shoff", Long.MAX_VALUE, 40, "section 0"),
                broken("e_shnum", 0xffff, 60, "section header table"),
                broken("e_shnum", 1, 62, "e_shstrndx"),
                broken("e_shnum", 0, at("sh0.sh_size"), "section header table", image -> image.with("sh0.sh_size", -1)),
                broken(
                        "e_shnum",
                        0,
                        at("sh0.sh_size"),
                        "section header table",
                        image -> image.with("sh0.sh_size", 1L << 58)),
                broken("e_shstrndx", 0xfffe, 62, "e_shstrndx"),
                broken(
                        "e_shstrndx",
                        0xffff,
                        at("sh0.sh_link"),
                        "e_shstrndx",
                        image -> image.with("sh0.sh_link", 0xffffffffL)),
                broken("e_shstrndx", 1, at("sh1.sh_type"), "SHT_STRTAB"),
                broken("sh7.sh_offset", -1, at("sh7.sh_offset"), "string table: "),
                broken("sh7.sh_size", Long.MAX_VALUE, at("sh7.sh_size"), "string table: "),
                broken("sh7.sh_size", 0, at("sh1.sh_name"), "inside the string table of 0x0 bytes"),
                broken("sh7.sh_size", 12, null, "NUL"),
                broken(
                        "sh1.sh_name",
                        0xffffffffL,
                        at("sh1.sh_name"),
                        "string: 0x1 bytes at 0xffffffff do not lie inside the string table"),
                broken("ph0.p_filesz", 0x41, 96, "p_filesz"),
                broken("ph0.p_filesz", -1, 96, "p_filesz"));
    }

    private static int at(String field) {
        return executable().field(field).offset();
    }

    private static Arguments broken(String field, long value, @Nullable Number offset, String rule) {
        return broken(field, value, offset, rule, UnaryOperator.identity());
    }

    private static Arguments broken(
            String field, long value, @Nullable Number offset, String rule, UnaryOperator<ElfImage> more) {
        return Arguments.of(field, value, offset, rule, more);
    }

    /** Rules that parsing checks, on a 64-bit file whose section 7 is .shstrtab; the offset is checked where it is fixed. */
    @ParameterizedTest(name = "{0} = {1}: {3}")
    @MethodSource("brokenRules")
    void theErrorNamesOffsetAndRule(
            String field, long value, @Nullable Number offset, String rule, UnaryOperator<ElfImage> more) {
        ElfImage image = more.apply(executable().with(field, value));

        assertThatThrownBy(image::parse).isInstanceOfSatisfying(ElfFormatException.class, e -> {
            assertThat(e.rule()).contains(rule);
            assertThat(e).hasMessage(e.rule() + " (offset 0x" + Long.toHexString(e.offset()) + ")");
            if (offset != null) {
                assertThat(e.offset()).isEqualTo(offset.longValue());
            }
        });
    }

    @Test
    void brokenTablesFailWhenTheyAreRead() throws Exception {
        ElfImage image = executable();
        // Sections: 1 .text, 2 .note.x, 3 .bss, 4 .symtab, 5 .strtab, 6 .rela.text, 7 .shstrtab
        assertSymbolsFail(image.with("sh4.sh_size", 95), "multiple", "sh4.sh_size");
        assertSymbolsFail(image.with("sh4.sh_size", 24L << 58), "table", "sh4.sh_size");
        assertSymbolsFail(image.with("sh4.sh_entsize", 23), "sh_entsize", "sh4.sh_entsize");
        assertSymbolsFail(image.with("sh4.sh_entsize", 0), "sh_entsize", "sh4.sh_entsize");
        assertSymbolsFail(image.with("sh4.sh_offset", -24), "table", "sh4.sh_offset");
        assertSymbolsFail(image.with("sh4.sh_link", 8), "sh_link", "sh4.sh_link");
        assertSymbolsFail(image.with("sh4.sh_link", 0xffffffffL), "sh_link", "sh4.sh_link");
        assertSymbolsFail(image.with("sh4.sh_link", 1), "SHT_STRTAB", "sh1.sh_type");
        assertSymbolsFail(image.with("sh5.sh_size", 9), "NUL");
        assertSymbolsFail(image.with("sym1.st_name", 0xffffffffL), "inside the string table", "sym1.st_name");
        assertSymbolsFail(image.with("sym1.st_shndx", 8), "symbol 1 is defined in section 8 of 8", "sym1.st_shndx");
        assertSymbolsFail(image.with("sym1.st_shndx", 0xfeff), "section 65279 of 8", "sym1.st_shndx");
        assertThat(image.with("sym1.st_shndx", 0xff00).parse().symbols().get(1).sectionIndex())
                .isEqualTo((short) 0xff00);

        assertRelocationsFail(image.with("rel0.r_info", 4L << 32), "must name a symbol", "rel0.r_offset");
        assertRelocationsFail(image.with("rel0.r_info", 0xffffffffL << 32), "must name a symbol", "rel0.r_offset");
        assertRelocationsFail(image.with("sh6.sh_link", 0), "must name a symbol", "rel0.r_offset");
        assertRelocationsFail(image.with("sh6.sh_link", 1), "index of a symbol table", "sh6.sh_link");
        assertRelocationsFail(image.with("sh6.sh_link", 0x80000000L), "sh_link", "sh6.sh_link");
        assertRelocationsFail(image.with("sh6.sh_size", 47), "multiple", "sh6.sh_size");
        assertRelocationsFail(image.with("sh6.sh_entsize", 16), "sh_entsize", "sh6.sh_entsize");
        assertRelocationsFail(image.with("sh6.sh_offset", Long.MAX_VALUE), "table", "sh6.sh_offset");
    }

    @Test
    void contentAndNotesFailAtTheFieldThatIsWrong() throws Exception {
        ElfImage image = executable();
        long size = image.bytes().length;
        for (long offset : new long[] {-1, size + 1, Long.MIN_VALUE}) {
            assertContentFails(image.with("sh1.sh_offset", offset), "section: ", "sh1.sh_offset");
            assertContentFails(image.with("ph0.p_offset", offset), "segment: ", "ph0.p_offset");
            assertNotesFail(image.with("ph1.p_offset", offset), "notes: ", "ph1.p_offset");
            assertNotesFail(image.with("sh2.sh_offset", offset), "notes: ", "sh2.sh_offset");
            assertNotesFail(image.with("ph1.p_filesz", offset), "notes: ", "ph1.p_filesz");
            assertNotesFail(image.with("sh2.sh_size", offset), "notes: ", "sh2.sh_size");
            assertContentFails(image.with("sh1.sh_size", offset), "section: ", "sh1.sh_size");
        }
        assertNotesFail(image.with("ph1.p_align", 16), "aligned to 4 or 8", "ph1.p_align");
        assertNotesFail(image.with("sh2.sh_addralign", -1), "aligned to 4 or 8", "sh2.sh_addralign");
        ElfFile file = image.parse();
        ProgramHeader foreign = new ProgramHeader(0, 0, size + 1, 0, 0, 0, 0, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> file.content(foreign));
    }

    private static void assertNotesFail(ElfImage image, String rule, String field) throws ElfFormatException {
        assertFails(image, image.parse()::notes, rule, field);
    }

    /** Of section 1 and program header 0, one of which is wrong. */
    private static void assertContentFails(ElfImage image, String rule, String field) throws ElfFormatException {
        ElfFile file = image.parse();
        assertFails(
                image,
                () -> {
                    file.content(file.sections().get(1));
                    file.content(file.programHeaders().get(0));
                },
                rule,
                field);
    }

    /** Symbols that share one string of 1 MiB, each from another byte on, would have names of 40 MiB together. */
    @Test
    void namesTakeMemoryInProportionToTheFile() throws Exception {
        ElfBuilder builder = ElfBuilder.object();
        builder.symbol("x".repeat(1 << 20), 1, 0, 0, 0, 0);
        for (int i = 2; i < 40; i++) {
            builder.symbol("", 1, 0, 0, 0, 0);
        }
        ElfImage image = builder.build();
        for (int i = 2; i < 40; i++) {
            image = image.with("sym" + i + ".st_name", i);
        }
        assertSymbolsFail(image, "overlap too much");
    }

    private static ElfImage executable() {
        return Fixtures.executable(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN).build();
    }

    private static void assertSymbolsFail(ElfImage image, String rule, String... field) throws ElfFormatException {
        assertFails(image, image.parse()::symbols, rule, field);
    }

    private static void assertRelocationsFail(ElfImage image, String rule, String... field) throws ElfFormatException {
        ElfFile file = image.parse();
        Section table = file.section(".rela.text").orElseThrow();
        assertFails(image, () -> file.relocations(table), rule, field);
    }

    /** The field whose place the error has to name; none where that is in the middle of something. */
    private static void assertFails(
            ElfImage image, ThrowableAssert.ThrowingCallable call, String rule, String... field) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ElfFormatException.class, e -> {
            assertThat(e.rule()).contains(rule);
            for (String name : field) {
                assertThat(e.offset()).as(name).isEqualTo(image.field(name).offset());
            }
        });
    }
}
