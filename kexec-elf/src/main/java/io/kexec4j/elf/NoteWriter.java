package io.kexec4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes notes: the counterpart of {@link NoteReader}. */
final class NoteWriter {
    private static final int HEADER_SIZE = 12;

    private NoteWriter() {}

    /** The notes one behind the other, each name and each content padded to the alignment. */
    static ByteBuffer encode(List<Note> notes, ByteOrder order, int alignment) {
        long size = 0;
        for (Note note : notes) {
            size += size(note, alignment);
        }
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("notes must have less than 2 GiB, not %d bytes".formatted(size));
        }
        ByteBuffer out = ByteBuffer.allocate((int) size).order(order);
        int at = 0;
        for (Note note : notes) {
            byte[] name = name(note);
            ByteBuffer desc = note.desc();
            out.position(at);
            out.putInt(name.length).putInt(desc.remaining()).putInt(note.type()).put(name);
            out.position((int) alignUp(out.position(), alignment)).put(desc);
            at += (int) size(note, alignment);
        }
        return out.rewind();
    }

    private static long size(Note note, int alignment) {
        return alignUp(
                alignUp((long) HEADER_SIZE + name(note).length, alignment)
                        + note.desc().remaining(),
                alignment);
    }

    /** With its NUL; a note without a name has none (gABI chapter 7, Note Section). */
    private static byte[] name(Note note) {
        if (note.name().indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the name of a note must not contain a NUL");
        }
        return note.name().isEmpty() ? new byte[0] : (note.name() + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static long alignUp(long offset, int alignment) {
        return (offset + alignment - 1) & -alignment;
    }
}
