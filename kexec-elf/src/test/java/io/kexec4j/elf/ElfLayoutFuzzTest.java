package io.kexec4j.elf;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Any file that can be written is read as it was written. */
class ElfLayoutFuzzTest {
    @FuzzTest
    void whatIsWrittenIsRead(FuzzedDataProvider data) throws ElfFormatException {
        ElfClass elfClass = data.pickValue(ElfClass.values());
        ElfLayout.Builder builder = ElfLayout.builder(elfClass, data.pickValue(Fixtures.ORDERS))
                .type(data.consumeInt(0, 0xffff))
                .machine(data.consumeInt(0, 0xffff))
                .abi(data.consumeInt(0, 0xff), data.consumeInt(0, 0xff))
                .entry(word(data, elfClass))
                .flags(data.consumeInt());
        List<Note> notes = new ArrayList<>();
        ElfLayout layout;
        try {
            for (int count = data.consumeInt(0, 6); count > 0; count--) {
                if (data.consumeBoolean()) {
                    List<Note> more = notes(data);
                    notes.addAll(more);
                    builder.notes(more);
                } else if (data.consumeBoolean()) {
                    builder.place(segment(data, elfClass, 0));
                } else {
                    builder.segment(segment(data, elfClass, word(data, elfClass)));
                }
            }
            layout = builder.build();
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        ElfFile file = ElfFile.parse(layout.head());
        assertThat(file.header()).isEqualTo(layout.header());
        assertThat(file.programHeaders()).isEqualTo(layout.programHeaders());
        assertThat(layout.size()).isGreaterThanOrEqualTo(layout.head().remaining());
        assertThat(file.notes()).isEqualTo(notes);
    }

    private static long word(FuzzedDataProvider data, ElfClass elfClass) {
        return elfClass == ElfClass.ELF64 ? data.consumeLong() : data.consumeLong(0, 0xffff_ffffL);
    }

    private static ProgramHeader segment(FuzzedDataProvider data, ElfClass elfClass, long offset) {
        int type = data.consumeInt(0, 3);
        long alignment = data.consumeBoolean() ? 1L << data.consumeInt(0, 31) : word(data, elfClass);
        return new ProgramHeader(
                type,
                data.consumeInt(),
                offset,
                word(data, elfClass),
                word(data, elfClass),
                word(data, elfClass) >>> data.consumeInt(0, 63),
                word(data, elfClass),
                alignment);
    }

    private static List<Note> notes(FuzzedDataProvider data) {
        List<Note> notes = new ArrayList<>();
        for (int count = data.consumeInt(0, 3); count > 0; count--) {
            byte[] name = data.consumeString(12).getBytes(StandardCharsets.UTF_8);
            notes.add(new Note(
                    new String(name, StandardCharsets.UTF_8),
                    data.consumeInt(),
                    ByteBuffer.wrap(data.consumeBytes(20))));
        }
        return notes;
    }
}
