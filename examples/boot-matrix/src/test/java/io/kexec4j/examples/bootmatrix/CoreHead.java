package io.kexec4j.examples.bootmatrix;

import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.Note;
import io.kexec4j.elf.ProgramHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a core file of a machine's memory begins with, as Linux has it (Documentation/admin-guide/kdump): either the header that a
 * loader has written, the elfcorehdr, or the beginning of {@code /proc/vmcore}, which the dump kernel makes of that.
 *
 * @param header the ELF header
 * @param programHeaders all of them, in their order
 * @param notes what the notes say; none for an elfcorehdr, whose notes are elsewhere in memory
 */
record CoreHead(ElfHeader header, List<ProgramHeader> programHeaders, List<Note> notes) {
    private static final int NT_PRSTATUS = 1;

    CoreHead {
        programHeaders = List.copyOf(programHeaders);
        notes = List.copyOf(notes);
    }

    /** Reads a header that a loader has written. */
    static CoreHead ofElfcorehdr(ByteBuffer bytes) throws ElfFormatException {
        ElfFile file = core(bytes);
        return new CoreHead(file.header(), file.programHeaders(), List.of());
    }

    /** Reads the beginning of {@code /proc/vmcore}, in which all notes have to be. */
    static CoreHead ofVmcore(ByteBuffer bytes) throws ElfFormatException {
        ElfFile file = core(bytes);
        return new CoreHead(file.header(), file.programHeaders(), file.notes());
    }

    private static ElfFile core(ByteBuffer bytes) throws ElfFormatException {
        ElfFile file = ElfFile.parse(bytes);
        if (file.header().type() != ElfHeader.ET_CORE) {
            throw new ElfFormatException(
                    16, "e_type must be ET_CORE, not %d".formatted(file.header().type()));
        }
        return file;
    }

    /** What is memory. */
    List<ProgramHeader> memory() {
        return ofType(ProgramHeader.PT_LOAD);
    }

    /** Where notes are. */
    List<ProgramHeader> noteHeaders() {
        return ofType(ProgramHeader.PT_NOTE);
    }

    private List<ProgramHeader> ofType(int type) {
        return programHeaders.stream().filter(header -> header.type() == type).toList();
    }

    /** Whether all of a range of physical memory is in it, in one header or in several that follow each other. */
    boolean holds(long start, long end) {
        long reached = start;
        for (boolean found = true; found && Long.compareUnsigned(reached, end) < 0; ) {
            found = false;
            for (ProgramHeader range : memory()) {
                if (Long.compareUnsigned(reached - range.physicalAddress(), range.memorySize()) < 0) {
                    reached = range.physicalAddress() + range.memorySize();
                    found = true;
                }
            }
        }
        return Long.compareUnsigned(end, reached) <= 0;
    }

    /** The registers of the processors: a note of the type NT_PRSTATUS each. */
    List<Note> processors() {
        return notes.stream()
                .filter(note -> note.name().equals("CORE") && note.type() == NT_PRSTATUS)
                .toList();
    }

    /** What the crashed kernel says of itself, by the name of each line: its note VMCOREINFO. */
    Map<String, String> vmcoreinfo() {
        Note note = notes.stream()
                .filter(candidate -> candidate.name().equals("VMCOREINFO"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no note VMCOREINFO"));
        return StandardCharsets.US_ASCII
                .decode(note.desc())
                .toString()
                .lines()
                .filter(line -> line.contains("="))
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, second) -> first));
    }
}
