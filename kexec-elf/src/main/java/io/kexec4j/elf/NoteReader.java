package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds and reads the notes of a file, in its segments of type PT_NOTE and in its sections of type SHT_NOTE. */
final class NoteReader {
    /** Bytes of the file that hold notes: offset and size unsigned, alignment as the file states it. */
    private record Range(long offset, long size, long alignment) {}

    private static final int HEADER_SIZE = 12;

    private NoteReader() {}

    /** All notes in the order of the file, each once: sections of notes usually lie inside segments of notes. */
    static List<Note> read(ElfView file, List<ProgramHeader> segments, List<Section> sections)
            throws ElfFormatException {
        List<Range> ranges = new ArrayList<>();
        for (ProgramHeader segment : segments) {
            if (segment.type() == ProgramHeader.PT_NOTE) {
                ranges.add(new Range(segment.offset(), segment.fileSize(), segment.alignment()));
            }
        }
        for (Section section : sections) {
            if (section.type() == Section.SHT_NOTE) {
                ranges.add(new Range(section.offset(), section.size(), section.alignment()));
            }
        }
        ranges.sort(Comparator.comparingLong(Range::offset)
                .thenComparing(Comparator.comparingLong(Range::size).reversed()));

        List<Note> notes = new ArrayList<>();
        long end = 0;
        long total = 0;
        for (Range range : ranges) {
            ElfView bytes = file.slice(range.offset(), range.size(), "notes");
            if (range.offset() + range.size() > end) {
                end = range.offset() + range.size();
                total += range.size();
                verify(total <= file.size(), range.offset(), "notes overlap");
                read(bytes, alignment(range), notes);
            }
        }
        return List.copyOf(notes);
    }

    private static int alignment(Range range) throws ElfFormatException {
        if (range.alignment() >= 0 && range.alignment() <= 4) {
            return 4;
        }
        verify(range.alignment() == 8, range.offset(), "notes are aligned to 4 or 8 bytes");
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
