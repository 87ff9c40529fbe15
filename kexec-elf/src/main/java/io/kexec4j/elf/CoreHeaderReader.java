package io.kexec4j.elf;

import static io.kexec4j.elf.ElfFormatException.verify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads the headers of core files. The rules are those of Linux (fs/proc/vmcore.c), and those of the values to be made. */
final class CoreHeaderReader {
    private final ElfView file;
    private final ElfClass elfClass;
    private final List<CoreNotes> notes = new ArrayList<>();
    private final List<CoreMemory> memory = new ArrayList<>();

    private CoreHeaderReader(ElfView file) {
        this.file = file;
        this.elfClass = file.elfClass();
    }

    static CoreHeader read(ByteBuffer bytes) throws ElfFormatException {
        ElfView file = ElfHeader.identify(bytes);
        ElfHeader header = ElfHeader.read(file);
        verifyHeader(header);
        CoreHeaderReader reader = new CoreHeaderReader(file);
        for (int i = 0; i < header.programHeaderCount(); i++) {
            reader.add(
                    header.programHeaderOffset() + (long) i * header.elfClass().programHeaderSize());
        }
        return new CoreHeader(header.elfClass(), header.order(), header.machine(), reader.notes, reader.memory);
    }

    private static void verifyHeader(ElfHeader header) throws ElfFormatException {
        int word = header.elfClass().wordSize();
        int headerSize = header.elfClass().headerSize();
        verify(header.type() == ElfHeader.ET_CORE, ElfHeader.TYPE_OFFSET, "e_type of a core file must be 4");
        verify(header.headerSize() == headerSize, 28 + 3L * word, "e_ehsize must be 52 (32 bit) or 64 (64 bit)");
        verify(header.sectionHeaderOffset() == 0, 24 + 2L * word, "e_shoff must be 0: a core header has no sections");
        verify(header.programHeaderCount() != 0, 32 + 3L * word, "e_phnum of a core header must not be 0");
        verify(
                header.programHeaderOffset() == headerSize,
                24L + word,
                "e_phoff must be that of the program headers of a core header, right behind its header");
    }

    private void add(long at) throws ElfFormatException {
        ProgramHeader segment = ProgramHeader.read(file.slice(at, elfClass.programHeaderSize(), "program header"));
        verify(
                segment.type() == ProgramHeader.PT_NOTE || segment.type() == ProgramHeader.PT_LOAD,
                at,
                "a core header has program headers of type PT_NOTE and PT_LOAD only");
        verify(
                segment.fileSize() == segment.memorySize(),
                at + ProgramHeader.fileSizeField(elfClass),
                "p_filesz in a core header must be p_memsz");
        verify(
                segment.fileSize() != 0,
                at + ProgramHeader.fileSizeField(elfClass),
                "p_filesz in a core header must not be 0");
        verifyEnds(segment.offset(), segment.fileSize(), at + ProgramHeader.offsetField(elfClass), "p_offset");
        if (segment.type() == ProgramHeader.PT_NOTE) {
            notes.add(new CoreNotes(segment.offset(), segment.fileSize()));
        } else {
            verifyEnds(
                    segment.physicalAddress(),
                    segment.fileSize(),
                    at + ProgramHeader.physicalAddressField(elfClass),
                    "p_paddr");
            memory.add(new CoreMemory(
                    segment.virtualAddress(), segment.physicalAddress(), segment.fileSize(), segment.offset()));
        }
    }

    private void verifyEnds(long start, long size, long field, String name) throws ElfFormatException {
        if (!CoreMemory.ends(start, size, CoreHeader.largest(elfClass))) {
            throw new ElfFormatException(
                    field,
                    "%s and p_filesz: 0x%x bytes at 0x%x reach beyond the last address of the file"
                            .formatted(name, size, start));
        }
    }
}
