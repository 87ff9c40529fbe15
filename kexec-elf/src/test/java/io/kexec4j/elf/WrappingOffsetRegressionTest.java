package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * kexec-tools computes e_phoff plus the size of the table, and p_offset plus p_filesz, in 64 bits without a check. A sum
 * that wraps passed its test for the end of the file, and it loaded its own heap as the new kernel.
 */
class WrappingOffsetRegressionTest {
    private final ElfImage image =
            Fixtures.executable(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN).build();

    @ParameterizedTest
    @ValueSource(longs = {-1, -56, -112, -113, Long.MAX_VALUE, Long.MIN_VALUE})
    void theProgramHeaderTableMayNotWrap(long offset) {
        assertThatThrownBy(() -> image.with("e_phoff", offset).parse())
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("program header table");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -3, -0x1000, Long.MAX_VALUE, Long.MIN_VALUE})
    void aSegmentMayNotWrap(long offset) throws Exception {
        ElfFile wrappingOffset = image.with("ph0.p_offset", offset).parse();
        assertThatThrownBy(() ->
                        wrappingOffset.content(wrappingOffset.programHeaders().get(0)))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("segment: 0x3 bytes at");

        ElfFile wrappingSize =
                image.with("ph0.p_filesz", offset).with("ph0.p_memsz", offset).parse();
        assertThatThrownBy(
                        () -> wrappingSize.content(wrappingSize.programHeaders().get(0)))
                .isInstanceOf(ElfFormatException.class)
                .hasMessageContaining("do not lie inside the file");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -32, Long.MAX_VALUE, Long.MIN_VALUE})
    void aSectionMayNotWrap(long offset) throws Exception {
        ElfFile file = image.with("sh1.sh_offset", offset).parse();
        assertThatThrownBy(() -> file.content(file.sections().get(1))).isInstanceOf(ElfFormatException.class);
        assertThat(file.programHeaders()).hasSize(2);
    }
}
