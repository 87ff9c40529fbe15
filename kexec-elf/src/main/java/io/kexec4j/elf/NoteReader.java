package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds and reads the notes of a file, in its segments of type PT_NOTE and in its sections of type SHT_NOTE. */
final class NoteReader {
    /**
     * Bytes of the file that hold notes.
     *
     * @param bytes the bytes; offset and size have been checked
     * @param offset where they lie
     * @param alignment as the file states it, unsigned
     * @param offsetField where in the file the offset stands, for messages
     * @param alignmentField where in the file the alignment stands
     */
    private record Range(ElfView bytes, long offset, long alignment, long offsetField, long alignmentField) {
        long size() {
            return bytes.size();
        }
    }

    private static final int HEADER_SIZE = 12;

    private NoteReader() {}

    /** All notes in the order of the file, each once: sections of notes usually lie inside segments of notes. */
    static List<Note> read(ElfFile file) throws ElfFormatException {
        List<Range> ranges = ranges(file);
        ranges.sort(Comparator.comparingLong(Range::offset)
                .thenComparing(Comparator.comparingLong(Range::size).reversed()));

        List<Note> notes = new ArrayList<>();
        long end = 0;
        long total = 0;
        for (Range range : ranges) {
            if (range.offset() + range.size() > end) {
                end = range.offset() + range.size();
                total += range.size();
                verify(total <= file.size(), range.offsetField(), "notes overlap");
                read(range.bytes(), alignment(range), notes);
            }
        }
        return List.copyOf(notes);
    }

    private static List<Range> ranges(ElfFile file) throws ElfFormatException {
        ElfClass elfClass = file.header().elfClass();
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < file.programHeaders().size(); i++) {
            ProgramHeader segment = file.programHeaders().get(i);
            if (segment.type() == ProgramHeader.PT_NOTE) {
                long at = file.headerOffset(i);
                ranges.add(new Range(
                        file.slice(segment, "notes"),
                        segment.offset(),
                        segment.alignment(),
                        at + ProgramHeader.offsetField(elfClass),
                        at + ProgramHeader.alignmentField(elfClass)));
            }
        }
        for (Section section : file.sections()) {
            if (section.type() == Section.SHT_NOTE) {
                ranges.add(new Range(
                        file.slice(section, "notes"),
                        section.offset(),
                        section.alignment(),
                        file.field(section, Section.Field.OFFSET),
                        file.field(section, Section.Field.ALIGNMENT)));
            }
        }
        return ranges;
    }

    private static int alignment(Range range) throws ElfFormatException {
        if (range.alignment() >= 0 && range.alignment() <= 4) {
            return 4;
        }
        verify(range.alignment() == 8, range.alignmentField(), "notes are aligned to 4 or 8 bytes");
        return 8;
    }

    private static void read(ElfView bytes, int alignment, List<Note> notes) throws ElfFormatException {
        long at = 0;
        while (at < bytes.size()) {
            bytes.slice(at, HEADER_SIZE, "header of a note");
            long nameSize = bytes.u32(at);
            long descSize = bytes.u32(at + 4);
            int type = bytes.i32(at + 8);
            ElfView name = bytes.slice(at + HEADER_SIZE, nameSize, "name of a note");
            long descAt = alignUp(at + HEADER_SIZE + nameSize, alignment);
            ElfView desc = bytes.slice(descSize == 0 ? 0 : descAt, descSize, "content of a note");
            notes.add(new Note(text(name), type, desc.buffer()));
            at = alignUp(descAt + descSize, alignment);
        }
    }

    private static String text(ElfView name) throws ElfFormatException {
        for (int end = 0; end < name.size(); end++) {
            if (name.u8(end) == 0) {
                return name.text(0, end);
            }
        }
        return name.text(0, name.size());
    }

    private static long alignUp(long offset, int alignment) {
        return (offset + alignment - 1) & -alignment;
    }
}
