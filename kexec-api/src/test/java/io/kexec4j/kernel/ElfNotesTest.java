package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * kexec-tools refuses a kernel for a note that is damaged ("ELF Note corrupted"), though nobody needs it (Qubes issue 161), and
 * reads outside the file for notes of fewer bytes than a header.
 */
class ElfNotesTest {
    /** A note as an assembler writes it. */
    static byte[] note(String name, int type, byte[] content, int alignment) {
        int contentAt = 12 + name.length() + 1 + alignment - 1 & -alignment;
        ByteBuffer note = ByteBuffer.allocate(contentAt + content.length + alignment - 1 & -alignment)
                .order(ByteOrder.LITTLE_ENDIAN);
        note.putInt(name.length() + 1).putInt(content.length).putInt(type);
        note.put(name.getBytes(StandardCharsets.ISO_8859_1));
        return note.put(contentAt, content).array();
    }

    private static ElfKernel kernel(byte[] notes, int alignment) throws IOException {
        return ElfKernel.parse(ElfImages.x8664()
                .load(0, 0x100000, new byte[16], 16)
                .header(4, 0, 0, notes, notes.length, alignment)
                .content());
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 8})
    void areRead(int alignment) throws IOException {
        byte[] notes = Streams.concat(
                note("Linux", 0x100, new byte[] {1, 2, 3}, alignment), note("Xen", 18, new byte[] {4}, alignment));
        ElfKernel kernel = kernel(notes, alignment);
        assertThat(kernel.notes())
                .containsExactly(
                        new ElfKernel.Note("Linux", 0x100, Content.of(new byte[] {1, 2, 3})),
                        new ElfKernel.Note("Xen", 18, Content.of(new byte[] {4})));
        assertThat(kernel.note("Xen", 18)).contains(kernel.notes().get(1));
        assertThat(kernel.note("Xen", 19)).isEmpty();
        assertThat(kernel.note("xen", 18)).isEmpty();
    }

    @Test
    void damagedOnesEndTheListAndNothingElse() throws IOException {
        byte[] notes = Streams.concat(note("Linux", 1, new byte[8], 4), note("Xen", 18, new byte[4], 4));
        for (int length = 0; length < notes.length; length++) {
            assertThat(kernel(Arrays.copyOf(notes, length), 4).notes()).hasSize(length < 28 ? 0 : 1);
        }
        for (int field = 0; field < 8; field++) {
            byte[] damaged = notes.clone();
            damaged[28 + field] = -1;
            assertThat(kernel(damaged, 4).notes()).hasSizeBetween(1, 2);
        }
        assertThat(kernel(new byte[4], 4).segments()).hasSize(1);
    }

    @Test
    void areIgnoredWhereTheyLieOutsideTheFile() throws IOException {
        byte[] file = ElfImages.x8664()
                .load(0, 0x100000, new byte[16], 16)
                .header(4, 0, 0, note("Xen", 18, new byte[4], 4), 20, 4)
                .bytes();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(64 + 56 + 8, -8);
        assertThat(ElfKernel.parse(Content.of(file)).notes()).isEmpty();
    }
}
