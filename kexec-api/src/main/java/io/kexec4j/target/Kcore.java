package io.kexec4j.target;

import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.ElfLayout;
import io.kexec4j.elf.Note;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.elf.Vmcoreinfo;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/**
 * The head of {@code /proc/kcore} (fs/proc/kcore.c): how the running kernel describes itself, and what it maps where. Behind the head the
 * file has all that is mapped, terabytes of it, so nothing more is read.
 *
 * @param order of the bytes
 * @param machine {@code e_machine}
 * @param loads the program headers of type PT_LOAD
 * @param vmcoreinfo the note of that name, if there is one: since Linux 4.19
 */
record Kcore(ByteOrder order, int machine, List<ProgramHeader> loads, Optional<Note> vmcoreinfo) {
    static final String FILE = "proc/kcore";

    private static final int MACHINE_OFFSET = 18;
    private static final int CLASS_OFFSET = 4;
    private static final int TYPE_OFFSET = 16;

    /**
     * The head, unless there is none or it must not be read: that needs {@code CAP_SYS_RAWIO}, and a kernel that is not locked down.
     */
    static Optional<Kcore> read(RootFiles files) throws IOException {
        int size = KcoreSize.SMALLEST;
        Optional<byte[]> head = files.headIfAllowed(FILE, size);
        // First up to the program headers, then up to the notes; and again if memory came in between.
        while (head.isPresent() && head.get().length == size && KcoreSize.of(head.get()) > size) {
            size = KcoreSize.of(head.get());
            head = files.headIfAllowed(FILE, size);
        }
        return head.isEmpty() ? Optional.empty() : Optional.of(parse(head.get()));
    }

    static Kcore parse(byte[] head) throws MalformedInputException {
        try {
            ElfFile file = ElfFile.parse(ByteBuffer.wrap(head));
            verify(file.header().elfClass() == ElfClass.ELF64, CLASS_OFFSET, "the file must be one of 64 bits");
            verify(file.header().type() == ElfHeader.ET_CORE, TYPE_OFFSET, "the file must be of type ET_CORE");
            return new Kcore(
                    file.header().order(),
                    file.header().machine(),
                    file.programHeaders().stream()
                            .filter(segment -> segment.type() == ProgramHeader.PT_LOAD)
                            .toList(),
                    file.notes().stream()
                            .filter(note -> note.name().equals(Vmcoreinfo.NOTE_NAME))
                            .findFirst());
        } catch (ElfFormatException e) {
            MalformedInputException malformed = new MalformedInputException(FILE, e.offset(), e.rule());
            malformed.initCause(e);
            throw malformed;
        }
    }

    void verifyMachine(int expected) throws MalformedInputException {
        verify(
                machine == expected,
                MACHINE_OFFSET,
                "the machine must be %d, for the architecture, and is %d".formatted(expected, machine));
    }

    private static void verify(boolean condition, int offset, String rule) throws MalformedInputException {
        if (!condition) {
            throw new MalformedInputException(FILE, offset, rule);
        }
    }

    /** Where the running kernel says that it lies. */
    KernelDescription description() {
        return vmcoreinfo
                .map(note -> KernelDescription.of(note.desc()))
                .orElseGet(() -> new KernelDescription(Optional.empty()));
    }

    /** A head with what is known of RAM, without content: all other notes are about a process that is long gone. */
    byte[] factsOnly(CrashMemory memory) {
        ElfLayout.Builder layout =
                ElfLayout.builder(ElfClass.ELF64, order).type(ElfHeader.ET_CORE).machine(machine);
        vmcoreinfo.ifPresent(note -> layout.notes(List.of(note)));
        KernelMappings.loadsOfRam(loads, memory).forEach(load -> layout.segment(withoutContent(load)));
        ByteBuffer head = layout.build().head();
        byte[] bytes = new byte[head.remaining()];
        head.get(bytes);
        return bytes;
    }

    private static ProgramHeader withoutContent(ProgramHeader load) {
        return new ProgramHeader(
                load.type(),
                load.flags(),
                0,
                load.virtualAddress(),
                load.physicalAddress(),
                0,
                load.memorySize(),
                load.alignment());
    }
}
