package io.kexec4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes the header, the program headers and section 0. Every number is checked against the width of its field. */
final class HeadWriter {
    private static final int HALF = 0xffff;

    private final ElfClass elfClass;
    private final ByteOrder order;
    private final int segments;

    HeadWriter(ElfClass elfClass, ByteOrder order, int segments) {
        this.elfClass = elfClass;
        this.order = order;
        this.segments = segments;
    }

    /** Whether the number of program headers goes to section 0. */
    private boolean extended() {
        return segments >= ElfHeader.PN_XNUM;
    }

    private long programHeadersEnd() {
        return elfClass.headerSize() + (long) segments * elfClass.programHeaderSize();
    }

    /** Where the tables end, in bytes from the start of the file. */
    long tablesEnd() {
        return programHeadersEnd() + (extended() ? elfClass.sectionHeaderSize() : 0);
    }

    ElfHeader header(int osAbi, int abiVersion, int type, int machine, long entry, int flags) {
        return new ElfHeader(
                elfClass,
                order,
                fit("EI_OSABI", osAbi, 0xff),
                fit("EI_ABIVERSION", abiVersion, 0xff),
                fit("e_type", type, HALF),
                fit("e_machine", machine, HALF),
                entry,
                flags,
                elfClass.headerSize(),
                segments == 0 ? 0 : elfClass.headerSize(),
                segments,
                extended() ? programHeadersEnd() : 0,
                extended() ? 1 : 0,
                0);
    }

    /** A buffer for the whole head, in which the tables are written. */
    ByteBuffer write(ElfHeader header, List<ProgramHeader> programHeaders, long size) {
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "the headers and notes must have less than 2 GiB, not %d bytes".formatted(size));
        }
        ByteBuffer out = ByteBuffer.allocate((int) size).order(order);
        putHeader(out, header);
        for (ProgramHeader segment : programHeaders) {
            putProgramHeader(out, segment);
        }
        if (extended()) {
            out.putInt(out.position() + (int) Section.Field.INFO.at(elfClass), segments);
        }
        return out.rewind();
    }

    private void putHeader(ByteBuffer out, ElfHeader header) {
        out.put(new byte[] {
            0x7f, 'E', 'L', 'F', (byte) elfClass.code(), (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2)
        });
        out.put((byte) 1).put((byte) header.osAbi()).put((byte) header.abiVersion());
        out.position(ElfHeader.TYPE_OFFSET);
        out.putShort((short) header.type()).putShort((short) header.machine()).putInt(1);
        putWord(out, "e_entry", header.entry());
        putWord(out, "e_phoff", header.programHeaderOffset());
        putWord(out, "e_shoff", header.sectionHeaderOffset());
        out.putInt(header.flags());
        out.putShort((short) elfClass.headerSize());
        out.putShort((short) (segments == 0 ? 0 : elfClass.programHeaderSize()));
        out.putShort((short) Math.min(segments, ElfHeader.PN_XNUM));
        out.putShort((short) (extended() ? elfClass.sectionHeaderSize() : 0));
        out.putShort((short) header.sectionCount());
        out.putShort((short) 0);
    }

    private void putProgramHeader(ByteBuffer out, ProgramHeader segment) {
        if (segment.type() == ProgramHeader.PT_LOAD
                && Long.compareUnsigned(segment.fileSize(), segment.memorySize()) > 0) {
            throw new IllegalArgumentException("p_filesz of a PT_LOAD segment must not exceed p_memsz: " + segment);
        }
        out.putInt(segment.type());
        if (elfClass == ElfClass.ELF64) {
            out.putInt(segment.flags());
        }
        putWord(out, "p_offset", segment.offset());
        putWord(out, "p_vaddr", segment.virtualAddress());
        putWord(out, "p_paddr", segment.physicalAddress());
        putWord(out, "p_filesz", segment.fileSize());
        putWord(out, "p_memsz", segment.memorySize());
        if (elfClass == ElfClass.ELF32) {
            out.putInt(segment.flags());
        }
        putWord(out, "p_align", segment.alignment());
    }

    private void putWord(ByteBuffer out, String field, long value) {
        if (elfClass == ElfClass.ELF64) {
            out.putLong(value);
            return;
        }
        if (value >>> Integer.SIZE != 0) {
            throw new IllegalArgumentException(
                    "%s of a 32-bit file must have 32 bits, not 0x%x".formatted(field, value));
        }
        out.putInt((int) value);
    }

    private static int fit(String field, int value, int largest) {
        if (value < 0 || value > largest) {
            throw new IllegalArgumentException("%s must be 0 to 0x%x, not %d".formatted(field, largest, value));
        }
        return value;
    }
}
