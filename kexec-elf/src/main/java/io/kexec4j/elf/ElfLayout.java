package io.kexec4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of an ELF file to be written, and where in the file everything else goes: the counterpart of
 * {@link ElfFile}. The content of segments is not held here, so it may be larger than memory:
 *
 * <pre>{@code
 * ElfLayout layout = ElfLayout.builder(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN)
 *         .type(ElfHeader.ET_EXEC)
 *         .machine(ElfHeader.EM_X86_64)
 *         .place(new ProgramHeader(ProgramHeader.PT_LOAD, ProgramHeader.PF_R, 0, address, address, size, size, 4096))
 *         .build();
 * write(layout.head(), 0);
 * write(content, layout.programHeaders().get(0).offset());
 * }</pre>
 *
 * <p>The file begins with the header and the program headers. Where there are 0xffff of them or more, section 0 follows,
 * which holds their number ({@code PN_XNUM}); there are no other sections. Then come the notes, and then the content of the
 * placed segments. What lies between is zero.
 *
 * <p>Immutable.
 *
 * @see <a href="https://gabi.xinuos.com/">System V ABI (gABI), chapters 2, 3 and 7</a>
 */
public final class ElfLayout {
    /** Linux aligns notes to 4 bytes in 64-bit files as well, whatever the gABI says. */
    private static final int NOTE_ALIGNMENT = 4;

    private final ElfHeader header;
    private final List<ProgramHeader> programHeaders;
    private final ByteBuffer head;
    private final long size;

    private ElfLayout(ElfHeader header, List<ProgramHeader> programHeaders, ByteBuffer head, long size) {
        this.header = header;
        this.programHeaders = programHeaders;
        this.head = head;
        this.size = size;
    }

    /**
     * Starts a file without segments, of type 0 (ET_NONE) and machine 0 (EM_NONE).
     *
     * @param elfClass width of addresses and offsets
     * @param order byte order of the headers
     * @return a builder
     */
    public static Builder builder(ElfClass elfClass, ByteOrder order) {
        return new Builder(elfClass, order);
    }

    /**
     * {@return the header, as {@link ElfFile#header} will read it}
     */
    public ElfHeader header() {
        return header;
    }

    /**
     * {@return the program headers in the order in which they were added, unmodifiable; the offsets say where the content of
     * placed segments goes}
     */
    public List<ProgramHeader> programHeaders() {
        return programHeaders;
    }

    /**
     * {@return the first bytes of the file: the header, the program headers, section 0 if there is one, and the notes; a new
     * read-only buffer at position 0, in the file's byte order}
     */
    public ByteBuffer head() {
        return head.duplicate().order(head.order());
    }

    /**
     * {@return the size of the file in bytes: the end of the head or of the last placed segment, even of an
     * empty one, so that no offset lies behind the file}
     */
    public long size() {
        return size;
    }

    /** Collects what a file has. Not thread-safe. */
    public static final class Builder {
        /**
         * A segment to come.
         *
         * @param header with an offset only if it is not placed
         * @param placed whether its content goes where the layout says
         * @param notes its content if it holds notes
         */
        private record Entry(
                ProgramHeader header,
                boolean placed,
                @Nullable ByteBuffer notes) {}

        private final ElfClass elfClass;
        private final ByteOrder order;
        private final List<Entry> entries = new ArrayList<>();
        private int type;
        private int machine;
        private int osAbi;
        private int abiVersion;
        private long entry;
        private int flags;

        private Builder(ElfClass elfClass, ByteOrder order) {
            this.elfClass = elfClass;
            this.order = order;
        }

        /**
         * Sets the kind of file.
         *
         * @param code e_type, 0 to 0xffff, such as {@link ElfHeader#ET_CORE}
         * @return this
         */
        public Builder type(int code) {
            type = code;
            return this;
        }

        /**
         * Sets the architecture.
         *
         * @param code e_machine, 0 to 0xffff, such as {@link ElfHeader#EM_X86_64}
         * @return this
         */
        public Builder machine(int code) {
            machine = code;
            return this;
        }

        /**
         * Sets the ABI. By default both are 0.
         *
         * @param code EI_OSABI, 0 to 255
         * @param version EI_ABIVERSION, 0 to 255
         * @return this
         */
        public Builder abi(int code, int version) {
            osAbi = code;
            abiVersion = version;
            return this;
        }

        /**
         * Sets the entry point.
         *
         * @param address e_entry, unsigned; by default 0, which stands for none
         * @return this
         */
        public Builder entry(long address) {
            entry = address;
            return this;
        }

        /**
         * Sets the flags of the architecture.
         *
         * @param bits e_flags; by default 0
         * @return this
         */
        public Builder flags(int bits) {
            flags = bits;
            return this;
        }

        /**
         * Adds a segment whose content goes behind that of those before it, at the first offset that equals the virtual
         * address modulo the alignment, so that the segment can be mapped.
         *
         * @param segment all but p_offset, which must be 0; p_align is 0 or a power of two
         * @return this
         * @throws IllegalArgumentException if the offset is not 0, or the alignment no power of two
         */
        public Builder place(ProgramHeader segment) {
            if (segment.offset() != 0) {
                throw new IllegalArgumentException("a segment to place must have no offset yet: " + segment);
            }
            if (Long.bitCount(segment.alignment()) > 1) {
                throw new IllegalArgumentException("p_align of a segment to place must be a power of two: " + segment);
            }
            entries.add(new Entry(segment, true, null));
            return this;
        }

        /**
         * Adds a segment as it is. Its content is none of the layout's business: in the core header of a crash dump, offsets
         * are physical addresses.
         *
         * @param segment with any p_offset and p_align
         * @return this
         */
        public Builder segment(ProgramHeader segment) {
            entries.add(new Entry(segment, false, null));
            return this;
        }

        /**
         * Adds a segment of type PT_NOTE, aligned to 4 bytes, whose content becomes part of the {@linkplain #head head}.
         *
         * @param notes its notes, at least one
         * @return this
         * @throws IllegalArgumentException if there are none, or if a name contains a NUL
         */
        public Builder notes(List<Note> notes) {
            if (notes.isEmpty()) {
                throw new IllegalArgumentException("a segment of notes must have one");
            }
            ByteBuffer bytes = NoteWriter.encode(notes, order, NOTE_ALIGNMENT);
            ProgramHeader segment = new ProgramHeader(
                    ProgramHeader.PT_NOTE, ProgramHeader.PF_R, 0, 0, 0, bytes.limit(), bytes.limit(), NOTE_ALIGNMENT);
            entries.add(new Entry(segment, true, bytes));
            return this;
        }

        /**
         * Lays out the file.
         *
         * @return the layout
         * @throws IllegalArgumentException if a number does not fit into its field, if p_filesz of a PT_LOAD segment exceeds
         *     p_memsz, if the head would have 2 GiB or more, or if the file would have 2^63 bytes or more
         */
        public ElfLayout build() {
            HeadWriter writer = new HeadWriter(elfClass, order, entries.size());
            ProgramHeader[] placed = new ProgramHeader[entries.size()];
            long headEnd = placeNotes(placed, writer.tablesEnd());
            long size = placeContents(placed, headEnd);
            List<ProgramHeader> segments = List.of(placed);
            ElfHeader header = writer.header(osAbi, abiVersion, type, machine, entry, flags);
            ByteBuffer head = writer.write(header, segments, headEnd);
            for (int i = 0; i < placed.length; i++) {
                ByteBuffer notes = entries.get(i).notes();
                if (notes != null) {
                    head.put((int) placed[i].offset(), notes, 0, notes.limit());
                }
            }
            return new ElfLayout(header, segments, head.asReadOnlyBuffer().order(order), size);
        }

        /** Places the notes from an offset on, and gives their end. */
        private long placeNotes(ProgramHeader[] placed, long start) {
            long end = start;
            for (int i = 0; i < placed.length; i++) {
                ProgramHeader segment = entries.get(i).header();
                if (entries.get(i).notes() != null) {
                    placed[i] = at(segment, offset(end, segment));
                    end = sum(placed[i].offset(), segment.fileSize());
                }
            }
            return end;
        }

        /** Places all other segments from an offset on, and gives the end of their content. */
        private long placeContents(ProgramHeader[] placed, long start) {
            long end = start;
            for (int i = 0; i < placed.length; i++) {
                Entry next = entries.get(i);
                ProgramHeader segment = next.header();
                if (next.notes() == null && !next.placed()) {
                    placed[i] = segment;
                } else if (next.notes() == null) {
                    placed[i] = at(segment, offset(end, segment));
                    end = sum(placed[i].offset(), segment.fileSize());
                }
            }
            return end;
        }

        /** The first offset from {@code start} on that equals the virtual address modulo the alignment. */
        private static long offset(long start, ProgramHeader segment) {
            long alignment = Math.max(segment.alignment(), 1);
            if (segment.alignment() < 0) {
                // 2^63, which no offset but 0 is a multiple of.
                throw tooLarge();
            }
            return sum(start, (segment.virtualAddress() - start) & (alignment - 1));
        }

        private static long sum(long offset, long size) {
            if (size < 0 || offset > Long.MAX_VALUE - size) {
                throw tooLarge();
            }
            return offset + size;
        }

        private static IllegalArgumentException tooLarge() {
            return new IllegalArgumentException("a file must have less than 2^63 bytes");
        }

        private static ProgramHeader at(ProgramHeader segment, long offset) {
            return new ProgramHeader(
                    segment.type(),
                    segment.flags(),
                    offset,
                    segment.virtualAddress(),
                    segment.physicalAddress(),
                    segment.fileSize(),
                    segment.memorySize(),
                    segment.alignment());
        }
    }
}
