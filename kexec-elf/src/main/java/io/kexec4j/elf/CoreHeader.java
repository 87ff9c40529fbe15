package io.kexec4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The header of a core file that describes the memory of a machine: what a kernel that dumps the memory of a crashed one makes
 * {@code /proc/vmcore} from (Linux: {@code elfcorehdr}). Its program headers name physical memory; the content is not in the file.
 *
 * <pre>{@code
 * CoreHeader header = new CoreHeader(
 *         ElfClass.ELF64,
 *         ByteOrder.LITTLE_ENDIAN,
 *         ElfHeader.EM_X86_64,
 *         List.of(new CoreNotes(0x3ec3_d800L, 368)),
 *         List.of(new CoreMemory(0xffff_8880_0010_0000L, 0x10_0000, 0x2df0_0000, 0x10_0000)));
 * load(header.bytes());
 * }</pre>
 *
 * <p>It is written as Linux writes it: type ET_CORE, no entry point, no flags, no sections; a PT_NOTE for each of the notes, with
 * p_paddr like p_offset and zero for p_vaddr, p_flags and p_align; then a PT_LOAD for each range of memory, with all permissions
 * and zero for p_align. Order is kept in both lists.
 *
 * @param elfClass width of addresses; ranges that reach beyond 4 GiB need 64 bits
 * @param byteOrder byte order of the crashed machine
 * @param machine architecture of the crashed machine (e_machine), 0 to 0xffff, such as {@link ElfHeader#EM_X86_64}
 * @param notes where its notes lie, unmodifiable
 * @param memory its memory, unmodifiable; ranges may overlap, as that of a kernel does that is mapped twice
 * @see <a href="https://docs.kernel.org/admin-guide/kdump/kdump.html">Linux, Documentation/admin-guide/kdump/kdump.rst</a>
 */
public record CoreHeader(
        ElfClass elfClass, ByteOrder byteOrder, int machine, List<CoreNotes> notes, List<CoreMemory> memory) {

    /** The most program headers that e_phnum can count without a section: PN_XNUM - 1. Dump kernels know no other way. */
    public static final int MAX_PROGRAM_HEADERS = ElfHeader.PN_XNUM - 1;

    private static final int ALL_PERMISSIONS = ProgramHeader.PF_R | ProgramHeader.PF_W | ProgramHeader.PF_X;

    /**
     * Checks that all this can be written.
     *
     * @param elfClass width of addresses
     * @param byteOrder byte order of the crashed machine
     * @param machine architecture of the crashed machine
     * @param notes where its notes lie, which are copied
     * @param memory its memory, which is copied
     * @throws IllegalArgumentException if there are no notes and no memory, or more than {@link #MAX_PROGRAM_HEADERS} of them
     *     together; if the machine does not fit into 16 bits; or if an address or size does not fit into a 32-bit file, or
     *     a range reaches beyond its last address
     */
    public CoreHeader {
        notes = List.copyOf(notes);
        memory = List.copyOf(memory);
        if (notes.isEmpty() && memory.isEmpty()) {
            throw new IllegalArgumentException(
                    "a core header must describe something: no dump kernel takes an empty one");
        }
        verifyCount(notes.size() + (long) memory.size());
        if (machine < 0 || machine > 0xffff) {
            throw new IllegalArgumentException("e_machine must be 0 to 0xffff, not %d".formatted(machine));
        }
        if (elfClass == ElfClass.ELF32) {
            notes.forEach(range -> verifyNarrow(range.address(), range.size(), range));
            for (CoreMemory range : memory) {
                verifyNarrow(range.virtualAddress(), 1, range);
                verifyNarrow(range.physicalAddress(), range.size(), range);
                verifyNarrow(range.offset(), range.size(), range);
            }
        }
    }

    private static void verifyCount(long programHeaders) {
        if (programHeaders < 0 || programHeaders > MAX_PROGRAM_HEADERS) {
            throw new IllegalArgumentException(
                    "a core header has 0 to %d program headers, not %d".formatted(MAX_PROGRAM_HEADERS, programHeaders));
        }
    }

    /** A size of 4 GiB does not fit, though the range from 0 on does. */
    private static void verifyNarrow(long start, long size, Record range) {
        long largest = largest(ElfClass.ELF32);
        if (Long.compareUnsigned(size, largest) > 0 || !CoreMemory.ends(start, size, largest)) {
            throw new IllegalArgumentException(
                    "0x%x bytes at 0x%x do not fit into the 32 bits of the file: %s".formatted(size, start, range));
        }
    }

    /** The largest address of a file, unsigned. */
    static long largest(ElfClass elfClass) {
        return -1L >>> (Long.SIZE - elfClass.wordSize() * Byte.SIZE);
    }

    /**
     * Computes how large a header is, so that room for it can be reserved before its content is known.
     *
     * @param elfClass width of addresses
     * @param programHeaders how many notes and ranges of memory it has together, 0 to {@link #MAX_PROGRAM_HEADERS}
     * @return the size in bytes
     * @throws IllegalArgumentException if there are more or fewer program headers than that
     */
    public static long size(ElfClass elfClass, int programHeaders) {
        verifyCount(programHeaders);
        return elfClass.headerSize() + (long) programHeaders * elfClass.programHeaderSize();
    }

    /**
     * {@return the size of the header in bytes, without padding}
     */
    public long size() {
        return size(elfClass, notes.size() + memory.size());
    }

    /**
     * {@return the header as it lies in the file: a new read-only buffer at position 0, in the file's byte order}
     */
    public ByteBuffer bytes() {
        ElfLayout.Builder layout =
                ElfLayout.builder(elfClass, byteOrder).type(ElfHeader.ET_CORE).machine(machine);
        for (CoreNotes range : notes) {
            layout.segment(new ProgramHeader(
                    ProgramHeader.PT_NOTE, 0, range.address(), 0, range.address(), range.size(), range.size(), 0));
        }
        for (CoreMemory range : memory) {
            layout.segment(new ProgramHeader(
                    ProgramHeader.PT_LOAD,
                    ALL_PERMISSIONS,
                    range.offset(),
                    range.virtualAddress(),
                    range.physicalAddress(),
                    range.size(),
                    range.size(),
                    0));
        }
        return layout.build().head();
    }

    /**
     * Reads the header of a core file: one that was written for a dump kernel, or that of {@code /proc/vmcore}, in which that
     * kernel has put offsets in this file for addresses. What {@link #bytes} writes is read as it was. What the header has but
     * this record has not is not looked at, as dump kernels do not: flags, permissions, alignments, and p_paddr of notes.
     *
     * @param file the header, and whatever follows it: all remaining bytes. The buffer's own position does not move.
     * @return the header
     * @throws ElfFormatException if this is no core file; if the program headers do not follow the header, do not lie inside the
     *     bytes, or are of other types than PT_NOTE and PT_LOAD; if it has none of them, or sections; if one of them is empty,
     *     reaches beyond the last address of the file, or has more in memory than in the file
     */
    public static CoreHeader parse(ByteBuffer file) throws ElfFormatException {
        return CoreHeaderReader.read(file);
    }
}
