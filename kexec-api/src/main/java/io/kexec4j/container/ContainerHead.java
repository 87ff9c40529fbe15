package io.kexec4j.container;

import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.Note;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.purgatory.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Makes all of a container but the content of the segments. */
final class ContainerHead {
    /** The largest page size of any Linux; larger ones of a made-up image would only make the file larger. */
    private static final long LARGEST_ALIGNMENT = 1 << 16;

    private static final int ALL_PERMISSIONS = ProgramHeader.PF_R | ProgramHeader.PF_W | ProgramHeader.PF_X;

    private ContainerHead() {}

    static ElfLayout of(KexecImage image) throws IOException {
        ElfLayout.Builder file = ElfLayout.builder(
                        ElfClass.ELF64, image.architecture().byteOrder())
                .type(ElfHeader.ET_EXEC)
                .machine(image.architecture().elfMachine())
                .entry(image.entry())
                .notes(notes(image));
        for (Segment segment : image.segments()) {
            file.place(new ProgramHeader(
                    ProgramHeader.PT_LOAD,
                    ALL_PERMISSIONS,
                    0,
                    segment.range().start(),
                    segment.range().start(),
                    segment.content().size(),
                    segment.range().size(),
                    Math.min(image.pageSize() & Long.MAX_VALUE, LARGEST_ALIGNMENT)));
        }
        ElfLayout layout = file.build();
        int size = layout.head().remaining();
        if (size > ImageContainer.MAX_HEAD) {
            throw new IllegalArgumentException(
                    "the reasons and remarks of the image are too long: with them, the head has"
                            + " %d bytes, at most %d".formatted(size, ImageContainer.MAX_HEAD));
        }
        return layout;
    }

    private static List<Note> notes(KexecImage image) throws IOException {
        ByteOrder order = image.architecture().byteOrder();
        List<Note> notes = new ArrayList<>();
        long flags = image.flags().stream().mapToLong(KexecFlag::bit).reduce(0, (a, b) -> a | b);
        notes.add(ContainerNote.IMAGE.with(ByteBuffer.allocate(ContainerNote.IMAGE_SIZE)
                .order(order)
                .putInt(ContainerNote.VERSION)
                .putInt(Math.toIntExact(flags))
                .putLong(image.pageSize())
                .flip()));
        for (Segment segment : image.segments()) {
            notes.add(ContainerNote.SEGMENT.with(segment(segment, order)));
        }
        for (String remark : image.remarks()) {
            notes.add(ContainerNote.REMARK.with(utf8(remark)));
        }
        return notes;
    }

    private static ByteBuffer segment(Segment segment, ByteOrder order) throws IOException {
        ByteBuffer role = utf8(segment.role().label());
        ByteBuffer reason = utf8(segment.reason());
        return ByteBuffer.allocate(Sha256.SIZE + Integer.BYTES + role.remaining() + reason.remaining())
                .order(order)
                .put(segment.content().sha256().toByteArray())
                .putInt(role.remaining())
                .put(role)
                .put(reason)
                .flip();
    }

    private static ByteBuffer utf8(String text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a reason or remark is no Unicode text: half a surrogate pair", e);
        }
    }
}
