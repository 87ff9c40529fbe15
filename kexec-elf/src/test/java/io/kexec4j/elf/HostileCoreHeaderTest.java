package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are: ElfFormatException or a header. */
class HostileCoreHeaderTest {
    private static final long[] EXTREMES = {
        0,
        1,
        2,
        4,
        0x7f,
        0xff,
        0x7fff,
        0xfffe,
        0xffff,
        0x7fff_ffff,
        0xffff_ffffL,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -0x1000,
        -2,
        -1
    };

    static Stream<ElfImage> images() {
        return ElfLayoutTest.kinds().map(Arguments::get).map(kind -> image((ElfClass) kind[0], (ByteOrder) kind[1]));
    }

    private static ElfImage image(ElfClass elfClass, ByteOrder order) {
        return RawCoreHeader.image(new CoreHeader(
                elfClass,
                order,
                ElfHeader.EM_PPC64,
                List.of(new CoreNotes(0x7ff000, 0x170), new CoreNotes(0x6520000, 0x10024)),
                List.of(new CoreMemory(0xc000_0000L, 0, 0x10000, 0x2288_0000))));
    }

    @ParameterizedTest
    @MethodSource("images")
    void everyTruncationIsRefused(ElfImage image) throws Exception {
        byte[] bytes = image.bytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] shorter = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> CoreHeader.parse(ByteBuffer.wrap(shorter)))
                    .as("%d bytes", length)
                    .isInstanceOf(ElfFormatException.class);
        }
        assertThat(CoreHeader.parse(ByteBuffer.wrap(bytes)).memory()).hasSize(1);
    }

    /** What is accepted with a changed field can be written, and is then read as it was. */
    @ParameterizedTest
    @MethodSource("images")
    void everyFieldSurvivesExtremeValues(ElfImage image) throws Exception {
        int accepted = 0;
        for (String field : image.fieldNames()) {
            for (long value : EXTREMES) {
                accepted += survives(image.with(field, value).bytes()) ? 1 : 0;
                accepted += survives(image.with(field, image.get(field) + value).bytes()) ? 1 : 0;
            }
        }
        assertThat(accepted).as("fields that are not looked at").isPositive();
    }

    @ParameterizedTest
    @MethodSource("images")
    void randomFieldsAreSurvived(ElfImage image) throws Exception {
        List<String> fields = new ArrayList<>(image.fieldNames());
        int accepted = 0;
        for (int seed = 0; seed < 5000; seed++) {
            Random random = new Random(seed);
            ElfImage changed = image;
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                changed = changed.with(
                        fields.get(random.nextInt(fields.size())), EXTREMES[random.nextInt(EXTREMES.length)]);
            }
            accepted += survives(changed.bytes()) ? 1 : 0;
        }
        assertThat(accepted).isBetween(10, 4990);
    }

    private static boolean survives(byte[] bytes) throws ElfFormatException {
        CoreHeader header;
        try {
            header = CoreHeader.parse(ByteBuffer.wrap(bytes));
        } catch (ElfFormatException e) {
            assertThat(e.offset()).isBetween(0L, (long) bytes.length);
            return false;
        }
        assertThat(CoreHeader.parse(header.bytes())).isEqualTo(header);
        return true;
    }

    static List<Arguments> brokenFields() {
        return List.of(
                Arguments.of("EI_CLASS", 3, "EI_CLASS"),
                Arguments.of("EI_DATA", 0, "EI_DATA"),
                Arguments.of("EI_VERSION", 0, "EI_VERSION"),
                Arguments.of("e_type", ElfHeader.ET_EXEC, "e_type of a core file must be 4"),
                Arguments.of("e_version", 2, "e_version"),
                Arguments.of("e_ehsize", 0, "e_ehsize"),
                Arguments.of("e_ehsize", 63, "e_ehsize"),
                Arguments.of("e_phentsize", 57, "e_phentsize"),
                Arguments.of("e_phoff", 0, "e_phoff"),
                Arguments.of("e_phoff", 8, "right behind its header"),
                Arguments.of("e_phnum", 0, "e_phnum of a core header must not be 0"),
                Arguments.of("e_phnum", 4, "do not lie inside"),
                Arguments.of("e_phnum", 0xfffe, "do not lie inside"),
                Arguments.of("e_phnum", 0xffff, "needs section 0"),
                Arguments.of("ph0.p_type", 0, "PT_NOTE and PT_LOAD only"),
                Arguments.of("ph1.p_type", 2, "PT_NOTE and PT_LOAD only"),
                Arguments.of("ph2.p_type", 0x60000000, "PT_NOTE and PT_LOAD only"),
                Arguments.of("ph0.p_filesz", 0, "must be p_memsz"),
                Arguments.of("ph0.p_filesz", 0x171, "must be p_memsz"),
                Arguments.of("ph2.p_filesz", 0xffff, "must be p_memsz"),
                Arguments.of("ph2.p_filesz", 0x10001, "must not exceed p_memsz"),
                Arguments.of("ph0.p_offset", -0x16f, "p_offset and p_filesz: 0x170 bytes at 0x"),
                Arguments.of("ph1.p_offset", -1, "p_offset and p_filesz: 0x10024 bytes at 0x"),
                Arguments.of("ph2.p_offset", -0xffff, "p_offset and p_filesz: 0x10000 bytes at 0x"),
                Arguments.of("ph2.p_paddr", -0xffff, "p_paddr and p_filesz: 0x10000 bytes at 0x"));
    }

    @ParameterizedTest(name = "{0} = {1}: {2}")
    @MethodSource("brokenFields")
    void theErrorNamesFieldAndRule(String field, long value, String rule) {
        images().filter(image -> field.startsWith("p") || image.bytes()[4] == 2)
                .forEach(image -> assertBroken(image.with(field, value), field, rule));
    }

    private static void assertBroken(ElfImage image, String field, String rule) {
        assertThatThrownBy(() -> CoreHeader.parse(ByteBuffer.wrap(image.bytes())))
                .isInstanceOfSatisfying(ElfFormatException.class, e -> {
                    assertThat(e.rule()).contains(rule);
                    assertThat(e.offset()).isEqualTo(image.field(field).offset());
                });
    }

    @Test
    void emptyRangesAreRefused() {
        images().forEach(image -> {
            for (String segment : List.of("ph0.", "ph2.")) {
                ElfImage empty = image.with(segment + "p_filesz", 0).with(segment + "p_memsz", 0);
                assertBroken(empty, segment + "p_filesz", "must not be 0");
            }
        });
    }

    /** Section 0 could count more program headers than there may be, or other ones than the dump kernel sees. */
    @Test
    void sectionsAreRefused() {
        images().forEach(image -> {
            ElfImage sections = image.with("e_shoff", 64)
                    .with("e_shentsize", image.field("e_phoff").width() == 8 ? 64 : 40);
            assertThatThrownBy(() -> CoreHeader.parse(ByteBuffer.wrap(sections.bytes())))
                    .isInstanceOf(ElfFormatException.class)
                    .hasMessageContaining("section");
            ElfImage one = sections.with("e_shnum", 1);
            assertBroken(one, "e_shoff", "no sections");
        });
    }
}
