package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteTest {
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 8})
    void notesAreReadAtTheirAlignment(long alignment) throws Exception {
        byte[] notes = Fixtures.notes(ORDER, alignment == 8 ? 8 : 4);

        assertThat(segment(alignment, notes).notes())
                .extracting(Note::name, Note::type, note -> note.desc().remaining())
                .containsExactly(tuple("GNU", 3, 5), tuple("", 0x12345678, 0));
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 16, 0x1000, Long.MIN_VALUE, -1})
    void otherAlignmentsAreRefused(long alignment) throws Exception {
        assertRefused(segment(alignment, Fixtures.notes(ORDER, 4)), "aligned");
    }

    @Test
    void theLastNoteMayLackItsPadding() throws Exception {
        byte[] notes = Fixtures.note(ORDER, 4, 4, 5, 3, "GNU\0", new byte[5]);

        assertThat(segment(4, Arrays.copyOf(notes, notes.length - 3)).notes()).hasSize(1);
        assertRefused(segment(4, Arrays.copyOf(notes, notes.length - 4)), "content of a note");
    }

    @Test
    void aNoteWithoutContentMayEndAtItsName() throws Exception {
        byte[] notes = Fixtures.note(ORDER, 8, 2, 0, 3, "X\0", new byte[0]);

        assertThat(segment(8, Arrays.copyOf(notes, 14)).notes()).hasSize(1);
    }

    @Test
    void namesNeedNoNul() throws Exception {
        byte[] notes = Fixtures.note(ORDER, 4, 4, 0, 3, "ABCD", new byte[0]);

        assertThat(segment(4, notes).notes().get(0).name()).isEqualTo("ABCD");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 11})
    void aNoteHasAHeaderOf12Bytes(int size) throws Exception {
        assertRefused(segment(4, new byte[size]), "header of a note");
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 0x7fffffff, 0x80000000, -1, -4, -12, -16})
    void sizesMayNotLeaveTheSegment(int size) throws Exception {
        assertRefused(segment(4, Fixtures.note(ORDER, 4, size, 0, 3, "GNU\0", new byte[0])), "name of a note");
        assertRefused(segment(8, Fixtures.note(ORDER, 8, 4, size, 3, "GNU\0", new byte[0])), "content of a note");
    }

    @Test
    void aBrokenNoteDoesNotKeepAFileFromBeingRead() throws Exception {
        ElfFile file = segment(4, new byte[4]);

        assertThat(file.content(file.programHeaders().get(0)).remaining()).isEqualTo(4);
    }

    @Test
    void sectionsInsideSegmentsAreNotReadTwice() throws Exception {
        ElfImage image = notesTwice().build();
        long segment = image.get("ph0.p_offset");

        assertThat(image.parse().notes()).hasSize(4);
        assertThat(image.with("sh1.sh_offset", segment).parse().notes()).hasSize(2);
    }

    /** Many segments over the same bytes would multiply a small file. */
    @Test
    void overlappingNotesAreRefused() throws Exception {
        ElfBuilder builder = ElfBuilder.object().type(ElfHeader.ET_CORE);
        byte[] zeroes = new byte[12 * 120];
        builder.segment(note(4), zeroes);
        for (int i = 1; i < 20; i++) {
            builder.segment(note(4));
        }
        ElfImage image = builder.build();
        long first = image.get("ph0.p_offset");
        for (int i = 0; i < 20; i++) {
            image = image.with("ph" + i + ".p_offset", first + 12L * i).with("ph" + i + ".p_filesz", 12 * 100);
        }
        ElfImage overlapping = image;
        assertThatThrownBy(overlapping.parse()::notes).isInstanceOfSatisfying(ElfFormatException.class, e -> {
            assertThat(e.rule()).isEqualTo("notes overlap");
            assertThat(overlapping.fieldNames())
                    .filteredOn(name -> name.endsWith(".p_offset"))
                    .extracting(name -> (long) overlapping.field(name).offset())
                    .contains(e.offset());
        });
    }

    @Test
    void notesCompareByContent() {
        ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3}).position(1);

        assertThat(List.of(new Note("A", 1, bytes)))
                .containsExactly(new Note("A", 1, ByteBuffer.wrap(new byte[] {2, 3})));
        assertThat(new Note("A", 1, bytes).desc().position()).isZero();
    }

    private static ElfBuilder notesTwice() {
        ElfBuilder builder = ElfBuilder.object();
        builder.segment(note(4), Fixtures.notes(ORDER, 4));
        builder.section(".note", Section.SHT_NOTE).alignment(4).content(Fixtures.notes(ORDER, 4));
        return builder;
    }

    private static ProgramHeader note(long alignment) {
        return new ProgramHeader(ProgramHeader.PT_NOTE, 4, 0, 0, 0, 0, 0, alignment);
    }

    private static ElfFile segment(long alignment, byte[] content) throws ElfFormatException {
        return ElfBuilder.object()
                .type(ElfHeader.ET_CORE)
                .segment(note(alignment), content)
                .build()
                .parse();
    }

    private static void assertRefused(ElfFile file, String rule) {
        assertThatThrownBy(file::notes).isInstanceOf(ElfFormatException.class).hasMessageContaining(rule);
    }
}
