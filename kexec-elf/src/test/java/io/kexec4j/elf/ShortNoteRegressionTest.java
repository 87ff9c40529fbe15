package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/**
 * kexec-tools walks the notes once without looking at the end of the segment: a PT_NOTE of 4 bytes made it read behind its
 * buffer. Where it does check, a broken note makes it refuse the whole kernel, although notes are not needed.
 */
class ShortNoteRegressionTest {
    @Test
    void aSegmentOfFourBytesHasNoNotes() throws Exception {
        ElfFile file = Fixtures.executable(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN)
                .build()
                .with("ph1.p_filesz", 4)
                .parse();

        assertThatThrownBy(file::notes).isInstanceOfSatisfying(ElfFormatException.class, e -> {
            assertThat(e.offset()).isEqualTo(file.programHeaders().get(1).offset());
            assertThat(e.rule())
                    .isEqualTo("header of a note: 0xc bytes at 0x0 do not lie inside the notes of 0x4 bytes");
        });
        assertThat(file.content(file.programHeaders().get(0)).remaining()).isEqualTo(3);
    }
}
