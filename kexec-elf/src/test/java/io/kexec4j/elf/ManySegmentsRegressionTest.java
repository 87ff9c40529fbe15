package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kexec-tools keeps segments in an array of 16 on its stack: a kernel with 17 of them wrote behind it. */
class ManySegmentsRegressionTest {
    @ParameterizedTest
    @ValueSource(ints = {16, 17, 1000, 0xfffe})
    void aFileMayHaveMoreThan16Segments(int count) throws Exception {
        ElfBuilder builder = new ElfBuilder(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN).type(ElfHeader.ET_EXEC);
        for (int i = 0; i < count; i++) {
            builder.segment(
                    new ProgramHeader(ProgramHeader.PT_LOAD, 5, 0, 0, i * 0x1000L, 0, 0x1000, 0x1000), (byte) i);
        }
        ElfFile file = builder.build().parse();

        assertThat(file.programHeaders()).hasSize(count);
        ProgramHeader last = file.programHeaders().get(count - 1);
        assertThat(last.physicalAddress()).isEqualTo((count - 1) * 0x1000L);
        assertThat(file.content(last).get()).isEqualTo((byte) (count - 1));
    }
}
