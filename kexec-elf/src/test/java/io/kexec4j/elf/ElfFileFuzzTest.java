package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes: header, tables, content, symbols, relocations, notes and linking give a result or the declared exception. */
class ElfFileFuzzTest {
    /** Everything that is read is part of the file, but names, which several symbols may share. */
    private static final int MOST_TEXT_PER_BYTE = 64;

    static Stream<byte[]> seeds() {
        return Fixtures.all().stream().map(ElfImage::bytes);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytes(byte[] bytes) {
        byte[] before = bytes.clone();

        assertThat(Reading.all(bytes)).isEqualTo(Reading.all(before));
        assertThat(bytes).as("the reader does not write").isEqualTo(before);
    }

    @MethodSource("seeds")
    @FuzzTest
    void contentLiesInTheFile(byte[] bytes) {
        try {
            ElfFile file = ElfFile.parse(ByteBuffer.wrap(bytes));
            long notes = 0;
            for (Note note : file.notes()) {
                notes += note.desc().remaining();
            }
            assertThat(notes).isLessThanOrEqualTo(bytes.length);
            long names = 0;
            for (Section section : file.sections()) {
                names += section.name().length();
                assertThat(file.content(section).remaining()).isIn(0, (int) section.size());
            }
            assertThat(names).isLessThanOrEqualTo(MOST_TEXT_PER_BYTE * (bytes.length + 4096L));
            for (ProgramHeader segment : file.programHeaders()) {
                assertThat(file.content(segment).remaining()).isEqualTo((int) segment.fileSize());
            }
        } catch (ElfFormatException e) {
            assertThat(e.rule()).isNotBlank().hasSizeLessThan(MOST_TEXT_PER_BYTE + bytes.length);
        }
    }
}
