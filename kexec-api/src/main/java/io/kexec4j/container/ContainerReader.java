package io.kexec4j.container;

import static io.kexec4j.error.MalformedInputException.quote;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Digests;
import io.kexec4j.bytes.Progress;
import io.kexec4j.elf.ElfClass;
import io.kexec4j.elf.ElfFile;
import io.kexec4j.elf.ElfFormatException;
import io.kexec4j.elf.ElfHeader;
import io.kexec4j.elf.Note;
import io.kexec4j.elf.ProgramHeader;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.image.Architecture;
import io.kexec4j.image.KexecFlag;
import io.kexec4j.image.KexecImage;
import io.kexec4j.image.Segment;
import io.kexec4j.image.SegmentRole;
import io.kexec4j.memory.PhysicalRange;
import io.kexec4j.purgatory.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads one container. */
final class ContainerReader {
    /** Where these fields lie in the header of a 64-bit file, for messages. */
    private static final int ENTRY_OFFSET = 24;

    private static final int TYPE_OFFSET = 16;
    private static final int MACHINE_OFFSET = 18;
    private static final int PROGRAM_HEADER_SIZE = 56;
    private static final String FORMAT_OF_NOTES = "note in a " + ImageContainer.FORMAT;

    private final Content container;
    private final ElfFile file;
    private final List<Note> notes;
    private final long notesAt;

    /** A segment's note. */
    private record Description(SegmentRole role, Sha256 digest, String reason) {}

    ContainerReader(Content container) throws IOException {
        this.container = container;
        byte[] head = container.copy(0, (int) Math.min(ImageContainer.MAX_HEAD, container.size()));
        try {
            this.file = ElfFile.parse(ByteBuffer.wrap(head));
            this.notes = file.notes();
        } catch (ElfFormatException e) {
            throw malformed(e.offset(), e.rule());
        }
        this.notesAt = file.programHeaders().isEmpty()
                ? 0
                : file.programHeaders().get(0).offset();
    }

    /** An image, and what the container says of its segments. */
    record Read(KexecImage image, List<ProgramHeader> loads, List<Segment> segments, List<Sha256> digests) {}

    KexecImage readVerified(Progress progress) throws IOException {
        Read read = read();
        verifyDigests(read, progress);
        return read.image();
    }

    Read read() throws IOException {
        verifyKind();
        ByteView image = imageNote();
        long pageSize = image.u64(8);
        Set<KexecFlag> flags = flags(image.u32(4));
        List<ProgramHeader> loads = loads();
        List<Segment> segments = new ArrayList<>();
        List<Sha256> digests = new ArrayList<>();
        for (int i = 0; i < loads.size(); i++) {
            Description description = description(i);
            segments.add(segment(i, loads.get(i), description));
            digests.add(description.digest());
        }
        List<String> remarks = remarks(1 + loads.size());
        return new Read(image(pageSize, segments, flags, remarks), loads, segments, digests);
    }

    private void verifyKind() throws MalformedInputException {
        ElfHeader header = file.header();
        verify(
                header.elfClass() == ElfClass.ELF64 && header.type() == ElfHeader.ET_EXEC,
                TYPE_OFFSET,
                "a container is a 64-bit ELF file of type 2 (ET_EXEC)");
        verify(header.sectionCount() == 0, 0, "a container has no sections");
    }

    private ByteView imageNote() throws MalformedInputException {
        verify(
                !file.programHeaders().isEmpty() && file.programHeaders().get(0).type() == ProgramHeader.PT_NOTE,
                programHeaderAt(0),
                "the first program header must be that of the notes (PT_NOTE)");
        ByteView image = view(note(0, ContainerNote.IMAGE));
        long version = image.size() < Integer.BYTES ? 0 : image.u32(0);
        verify(
                version == ContainerNote.VERSION,
                notesAt,
                "the version of the container is %d, but only version %d can be read"
                        .formatted(version, ContainerNote.VERSION));
        verify(
                image.size() == ContainerNote.IMAGE_SIZE,
                notesAt,
                "the note of the image has %d bytes, not %d".formatted(ContainerNote.IMAGE_SIZE, image.size()));
        return image;
    }

    private Set<KexecFlag> flags(long bits) throws MalformedInputException {
        Set<KexecFlag> flags = EnumSet.noneOf(KexecFlag.class);
        long left = bits;
        for (KexecFlag flag : KexecFlag.values()) {
            if ((bits & flag.bit()) != 0) {
                flags.add(flag);
                left &= ~flag.bit();
            }
        }
        verify(left == 0, notesAt, "the flags 0x%x of kexec_load are not known here".formatted(left));
        return flags;
    }

    private List<ProgramHeader> loads() throws MalformedInputException {
        List<ProgramHeader> loads = file.programHeaders().stream().skip(1).toList();
        verify(
                loads.size() <= KexecImage.MAX_SEGMENTS,
                programHeaderAt(1 + KexecImage.MAX_SEGMENTS),
                "an image has at most %d segments, not %d".formatted(KexecImage.MAX_SEGMENTS, loads.size()));
        for (int i = 0; i < loads.size(); i++) {
            ProgramHeader load = loads.get(i);
            long at = programHeaderAt(1 + i);
            verify(
                    load.type() == ProgramHeader.PT_LOAD,
                    at,
                    "all program headers but the first must be of type 1 (PT_LOAD), not %d".formatted(load.type()));
            verify(
                    load.virtualAddress() == load.physicalAddress(),
                    at,
                    "p_vaddr 0x%x and p_paddr 0x%x must be the same"
                            .formatted(load.virtualAddress(), load.physicalAddress()));
            verify(
                    i == 0 || Long.compareUnsigned(loads.get(i - 1).physicalAddress(), load.physicalAddress()) < 0,
                    at,
                    "the segments must be in ascending order");
        }
        return loads;
    }

    private Description description(int index) throws MalformedInputException {
        ByteView note = view(note(1 + index, ContainerNote.SEGMENT));
        byte[] digest = new byte[Sha256.SIZE];
        note.slice(0, Sha256.SIZE).bytes().get(digest);
        long roleSize = note.u32(Sha256.SIZE);
        long roleAt = Sha256.SIZE + (long) Integer.BYTES;
        String role = text(note.slice(roleAt, roleSize).bytes());
        long reasonAt = roleAt + roleSize;
        String reason = text(note.slice(reasonAt, note.size() - reasonAt).bytes());
        return new Description(role(role, index), Sha256.ofDigest(digest), reason);
    }

    private SegmentRole role(String label, int index) throws MalformedInputException {
        return Arrays.stream(SegmentRole.values())
                .filter(role -> role.label().equals(label))
                .findFirst()
                .orElseThrow(() -> malformed(
                        notesAt, "the role %s of segment %d is not known here".formatted(quote(label), index)));
    }

    private Segment segment(int index, ProgramHeader load, Description description) throws MalformedInputException {
        long at = programHeaderAt(1 + index);
        long offset = load.offset();
        long size = load.fileSize();
        verify(
                offset >= 0 && size >= 0 && offset <= container.size() - size,
                at,
                "the content of segment %d, 0x%x bytes at 0x%x, must lie within the %d bytes of the container"
                        .formatted(index, size, offset, container.size()));
        try {
            return new Segment(
                    description.role(),
                    PhysicalRange.ofSize(load.physicalAddress(), load.memorySize()),
                    container.slice(offset, size),
                    description.reason());
        } catch (IllegalArgumentException e) {
            throw malformed(at, "segment %d: %s".formatted(index, e.getMessage()));
        }
    }

    private List<String> remarks(int first) throws MalformedInputException {
        List<String> remarks = new ArrayList<>();
        for (int i = first; i < notes.size(); i++) {
            remarks.add(text(note(i, ContainerNote.REMARK).desc()));
        }
        return remarks;
    }

    /** The image's own rules are those of the format too. */
    private KexecImage image(long pageSize, List<Segment> segments, Set<KexecFlag> flags, List<String> remarks)
            throws MalformedInputException {
        int machine = file.header().machine();
        Architecture architecture = Arrays.stream(Architecture.values())
                .filter(candidate -> candidate.elfMachine() == machine
                        && candidate.byteOrder() == file.header().order())
                .findFirst()
                .orElseThrow(() -> malformed(
                        MACHINE_OFFSET,
                        "images for machine %d, %s, are not known here"
                                .formatted(machine, file.header().order())));
        try {
            return new KexecImage(architecture, pageSize, file.header().entry(), segments, flags, remarks);
        } catch (IllegalArgumentException | KexecException e) {
            throw malformed(ENTRY_OFFSET, String.valueOf(e.getMessage()));
        }
    }

    private static void verifyDigests(Read read, Progress progress) throws IOException {
        List<Segment> segments = read.segments;
        List<Sha256> digests =
                Digests.of(segments.stream().map(Segment::content).toList(), progress);
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            Sha256 found = digests.get(i);
            Sha256 told = read.digests.get(i);
            verify(
                    found.equals(told),
                    read.loads.get(i).offset(),
                    "the content of segment %d, the %s at %s, is damaged: its SHA-256 digest is %s, not %s"
                            .formatted(i, segment.role().label(), segment.range(), found, told));
        }
    }

    private Note note(int index, ContainerNote kind) throws MalformedInputException {
        verify(
                index < notes.size() && kind.matches(notes.get(index)),
                notesAt,
                "note %d must be of type %d (%s), with name \"%s\""
                        .formatted(index, kind.type(), kind.name().toLowerCase(Locale.ROOT), ContainerNote.NAME));
        return notes.get(index);
    }

    private ByteView view(Note note) {
        return ByteView.of(FORMAT_OF_NOTES, note.desc(), note.desc().order());
    }

    private String text(ByteBuffer bytes) throws MalformedInputException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw malformed(notesAt, "the texts of notes must be UTF-8");
        }
    }

    private long programHeaderAt(int index) {
        return file.header().programHeaderOffset() + (long) index * PROGRAM_HEADER_SIZE;
    }

    private static void verify(boolean holds, long offset, String rule) throws MalformedInputException {
        if (!holds) {
            throw malformed(offset, rule);
        }
    }

    private static MalformedInputException malformed(long offset, String rule) {
        return new MalformedInputException(ImageContainer.FORMAT, offset, rule);
    }
}
