package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.kernel.ElfProgram.Header;
import io.kexec4j.memory.PhysicalRange;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A kernel that is an ELF file, such as a vmlinux: 32 or 64 bit, in either byte order, for any machine (gABI, "ELF header" and
 * "Program header"). Immutable.
 *
 * <p>Its PT_LOAD segments say what lies where in <em>physical</em> memory. When the file was parsed, it was checked that they lie
 * within the file, do not overlap and do not wrap, and that the entry is in one of them. They need not be aligned to pages; see
 * {@link LoadSegment#pages}.
 */
public final class ElfKernel implements KernelFile {
    private static final String FORMAT = ElfProgram.FORMAT;
    private static final int ET_EXEC = 2;
    private static final int ET_DYN = 3;

    private final Content file;
    private final ElfProgram program;
    private final List<LoadSegment> segments;
    private final long entry;

    /**
     * A note: a small piece of information with an owner, such as the entry for Xen.
     *
     * @param name who defined the note, such as {@code Xen}, without the NUL at its end; byte for byte as ISO 8859-1
     * @param type what it means to its owner, an unsigned 32-bit number
     * @param content the content, in the byte order of the file
     */
    public record Note(String name, int type, Content content) {}

    private ElfKernel(Content file, ElfProgram program, List<LoadSegment> segments, long entry) {
        this.file = file;
        this.program = program;
        this.segments = segments;
        this.entry = entry;
    }

    /**
     * Reads an ELF file and checks it.
     *
     * @param file the whole file; it must not change while the result is in use
     * @return what is in it
     * @throws MalformedInputException if it is no ELF file, or none that a boot loader could load
     * @throws IOException if the file cannot be read
     */
    public static ElfKernel parse(Content file) throws IOException {
        ElfProgram program = ElfProgram.read(file);
        if (program.type() != ET_EXEC && program.type() != ET_DYN) {
            throw malformed(16, "e_type must be 2 (ET_EXEC) or 3 (ET_DYN), but this is " + describe(program));
        }
        List<Header> loads = new ArrayList<>();
        for (Header header : program.headers()) {
            if (header.type() == Header.INTERP) {
                throw malformed(
                        header.at(), "a kernel must not have a PT_INTERP: this is a program that runs under a kernel");
            }
            if (header.type() == Header.LOAD && header.memorySize() != 0) {
                loads.add(header);
            }
        }
        if (loads.isEmpty()) {
            throw malformed(program.wide() ? 56 : 44, "there must be at least one PT_LOAD that takes memory");
        }
        List<LoadSegment> segments = new ArrayList<>();
        for (Header load : loads) {
            segments.add(segment(file, load, program.wide()));
        }
        verifyApart(loads, segments);
        return new ElfKernel(file, program, List.copyOf(segments), entry(program, loads, segments));
    }

    private static LoadSegment segment(Content file, Header load, boolean wide) throws MalformedInputException {
        if (Long.compareUnsigned(load.fileSize(), load.memorySize()) > 0) {
            throw malformed(
                    load.at() + (wide ? 32 : 16),
                    "p_filesz must not exceed p_memsz 0x%x, is 0x%x".formatted(load.memorySize(), load.fileSize()));
        }
        if (!isWithin(file, load)) {
            throw malformed(
                    load.at() + (wide ? 8 : 4),
                    "p_offset and p_filesz must lie within the file, which has 0x%x bytes, are 0x%x and 0x%x"
                            .formatted(file.size(), load.offset(), load.fileSize()));
        }
        if (Long.compareUnsigned(load.physical(), -PagePieces.LARGEST_PAGE - load.memorySize()) > 0
                || Long.compareUnsigned(load.memorySize(), -PagePieces.LARGEST_PAGE) > 0) {
            throw malformed(
                    load.at() + (wide ? 24 : 12),
                    "p_paddr and p_memsz must end 64 KiB or more below 2^64, are 0x%x and 0x%x"
                            .formatted(load.physical(), load.memorySize()));
        }
        return new LoadSegment(
                PhysicalRange.ofSize(load.physical(), load.memorySize()),
                load.fileSize() == 0 ? Content.EMPTY : file.slice(load.offset(), load.fileSize()));
    }

    /** Whether the content lies within the file; where there is none, the offset does not matter. */
    private static boolean isWithin(Content file, Header header) {
        return header.fileSize() == 0
                || (header.fileSize() > 0
                        && header.offset() >= 0
                        && header.fileSize() <= file.size()
                        && header.offset() <= file.size() - header.fileSize());
    }

    private static void verifyApart(List<Header> loads, List<LoadSegment> segments) throws MalformedInputException {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            order.add(i);
        }
        order.sort((a, b) -> segments.get(a).range().compareTo(segments.get(b).range()));
        for (int i = 1; i < order.size(); i++) {
            PhysicalRange lower = segments.get(order.get(i - 1)).range();
            PhysicalRange upper = segments.get(order.get(i)).range();
            if (lower.overlaps(upper)) {
                throw malformed(
                        loads.get(order.get(i)).at(),
                        "PT_LOADs must not overlap in physical memory, but %s and %s do".formatted(lower, upper));
            }
        }
    }

    /**
     * The entry as a physical address. For x86 the linker script of Linux makes e_entry physical, others leave it virtual, as the
     * gABI has it.
     */
    private static long entry(ElfProgram program, List<Header> loads, List<LoadSegment> segments)
            throws MalformedInputException {
        long entry = program.entry();
        for (LoadSegment segment : segments) {
            if (segment.range().contains(entry)) {
                return entry;
            }
        }
        for (Header load : loads) {
            if (Long.compareUnsigned(entry - load.virtual(), load.memorySize()) < 0) {
                return entry - load.virtual() + load.physical();
            }
        }
        throw malformed(
                24, "e_entry must lie in a PT_LOAD, by physical or by virtual address, is 0x%x".formatted(entry));
    }

    private static String describe(ElfProgram program) {
        return ElfMarks.describe(
                program.wide(), program.order() == ByteOrder.BIG_ENDIAN, program.type(), program.machine());
    }

    private static MalformedInputException malformed(long offset, String rule) {
        return new MalformedInputException(FORMAT, offset, rule);
    }

    @Override
    public Content content() {
        return file;
    }

    /**
     * {@return whether it is a 64-bit file (ELFCLASS64)}
     */
    public boolean is64Bit() {
        return program.wide();
    }

    /**
     * {@return the byte order of the file}
     */
    public ByteOrder byteOrder() {
        return program.order();
    }

    /**
     * {@return {@code e_machine}: 62 for x86_64, 3 for i386}
     */
    public int machine() {
        return program.machine();
    }

    /**
     * {@return whether it was linked for any address (ET_DYN), not for one (ET_EXEC)}
     */
    public boolean positionIndependent() {
        return program.type() == ET_DYN;
    }

    /**
     * {@return the physical address where the kernel is entered, unsigned; in one of the {@link #segments}}
     */
    public long entry() {
        return entry;
    }

    /**
     * {@return what is loaded: each PT_LOAD that takes memory, in the order of the file}
     */
    public List<LoadSegment> segments() {
        return segments;
    }

    /**
     * Reads the notes in segments of type PT_NOTE, as far as they can be read. A kernel starts without them, so one that is
     * damaged ends the list of its segment and is no error.
     *
     * @return the notes in the order of the file
     * @throws IOException if the file cannot be read
     */
    public List<Note> notes() throws IOException {
        List<Note> notes = new ArrayList<>();
        for (Header header : program.headers()) {
            if (header.type() == Header.NOTE && header.fileSize() != 0 && isWithin(file, header)) {
                ElfNotes.read(
                        file.slice(header.offset(), header.fileSize()), program.order(), header.alignment(), notes);
            }
        }
        return List.copyOf(notes);
    }

    /**
     * Looks for a note.
     *
     * @param name who defined it
     * @param type what it means to its owner
     * @return the first such note
     * @throws IOException if the file cannot be read
     */
    public Optional<Note> note(String name, int type) throws IOException {
        return notes().stream()
                .filter(note -> note.type() == type && note.name().equals(name))
                .findFirst();
    }

    @Override
    public String toString() {
        return "%s, entry 0x%x, %d segments".formatted(describe(program), entry, segments.size());
    }
}
