package io.kexec4j.container;

import io.kexec4j.elf.Note;
import java.nio.ByteBuffer;

/** The kinds of notes in a container; see the package's documentation for their content. */
enum ContainerNote {
    IMAGE(1),
    SEGMENT(2),
    REMARK(3);

    static final String NAME = "kexec4j";
    static final int VERSION = 1;
    static final int IMAGE_SIZE = 16;

    private final int type;

    ContainerNote(int type) {
        this.type = type;
    }

    int type() {
        return type;
    }

    Note with(ByteBuffer desc) {
        return new Note(NAME, type, desc);
    }

    boolean matches(Note note) {
        return note.name().equals(NAME) && note.type() == type;
    }
}
