package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/**
 * kexec-tools compares the section index of a symbol and the target of a table of relocations by {@code >} with the number of
 * sections, so that the first index behind the last section passes; r_offset is not checked at all.
 */
class UncheckedRelocationRegressionTest {
    private final ElfImage image = Fixtures.object().build();
    private final long sections = image.get("e_shnum");

    @Test
    void theFirstSectionIndexBehindTheLastIsRefused() {
        assertRefused(image.with("sym2.st_shndx", sections), "defined in section 9 of 9");
        assertRefused(image.with("sh6.sh_info", sections), "sh_info");
        assertRefused(image.with("sh6.sh_link", sections), "sh_link");
        assertRefused(image.with("sh4.sh_link", sections), "sh_link");
    }

    @Test
    void aPlaceBehindTheSectionIsRefused() {
        assertThatCode(() -> image.with("rel0.r_offset", 17).parseObject()).doesNotThrowAnyException();
        assertRefused(image.with("rel0.r_offset", 18), "does not lie inside .text of 0x15 bytes");
        assertRefused(image.with("rel0.r_offset", -1), "does not lie inside .text of 0x15 bytes");
    }

    private static void assertRefused(ElfImage image, String rule) {
        assertThatThrownBy(image::parseObject)
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining(rule);
    }
}
