package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The header and the program headers of an ELF file: what a boot loader needs. kexec-elf reads whole files that fit into one
 * buffer; a kernel may have more than 2 GiB of debug information, or come out of a decompressor in pieces, and a damaged section
 * table does not keep it from starting.
 */
record ElfProgram(boolean wide, ByteOrder order, int type, int machine, long entry, List<Header> headers) {
    static final String FORMAT = "ELF kernel";

    /** Program headers, as many as fit a file; more than any linker makes are refused, so that hostile ones take no memory. */
    private static final int MOST_HEADERS = 1 << 16;

    private static final int IDENT = 16;
    private static final int PN_XNUM = 0xffff;

    /** One program header, with its place in the file for messages. */
    record Header(
            long at,
            int type,
            long offset,
            long virtual,
            long physical,
            long fileSize,
            long memorySize,
            long alignment) {
        static final int LOAD = 1;
        static final int INTERP = 3;
        static final int NOTE = 4;
    }

    /** The fields of a header that is either of 32 or of 64 bits. */
    private record Fields(ByteView bytes, boolean wide) {
        /** An address, offset or size: 4 or 8 bytes, at its place in either kind of header. */
        long word(long narrowOffset, long wideOffset) throws MalformedInputException {
            return wide ? bytes.u64(wideOffset) : bytes.u32(narrowOffset);
        }

        int u16(long narrowOffset, long wideOffset) throws MalformedInputException {
            return bytes.u16(wide ? wideOffset : narrowOffset);
        }
    }

    static ElfProgram read(Content file) throws IOException {
        ByteView ident = file.head(FORMAT, ByteOrder.LITTLE_ENDIAN, IDENT);
        ident.verify(ident.size() >= IDENT && ident.u32(0) == 0x464c457f, 0, "it must begin with 7f 45 4c 46");
        int elfClass = ident.u8(4);
        ident.verify(elfClass == 1 || elfClass == 2, 4, "EI_CLASS must be 1 (32 bit) or 2 (64 bit), is " + elfClass);
        int data = ident.u8(5);
        ident.verify(data == 1 || data == 2, 5, "EI_DATA must be 1 (little endian) or 2 (big endian), is " + data);
        boolean wide = elfClass == 2;
        ByteOrder order = data == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        Fields header = new Fields(file.head(FORMAT, order, wide ? 64 : 52), wide);
        return new ElfProgram(
                wide,
                order,
                header.bytes.u16(16),
                header.bytes.u16(18),
                header.word(24, 24),
                headers(file, header, order));
    }

    private static List<Header> headers(Content file, Fields header, ByteOrder order) throws IOException {
        long offset = header.word(28, 32);
        int entrySize = header.wide ? 56 : 32;
        long count = header.u16(44, 56);
        if (count == PN_XNUM) {
            count = extendedCount(file, header, order);
        }
        if (count == 0) {
            return List.of();
        }
        header.bytes.verify(
                header.u16(42, 54) == entrySize,
                header.wide ? 54 : 42,
                "e_phentsize must be %d, is %d".formatted(entrySize, header.u16(42, 54)));
        header.bytes.verify(
                count <= MOST_HEADERS,
                header.wide ? 56 : 44,
                "there must be at most %d program headers, are %d".formatted(MOST_HEADERS, count));
        long size = count * entrySize;
        header.bytes.verify(
                offset >= 0 && offset <= file.size() - size,
                header.wide ? 32 : 28,
                "%d program headers must lie within the file, which has 0x%x bytes, begin at 0x%x"
                        .formatted(count, file.size(), offset));
        ByteView table = ByteView.of(FORMAT, ByteBuffer.wrap(file.copy(offset, (int) size)), order);
        List<Header> headers = new ArrayList<>();
        for (long at = 0; at < size; at += entrySize) {
            headers.add(header(new Fields(table.slice(at, entrySize), header.wide), offset + at));
        }
        return List.copyOf(headers);
    }

    private static Header header(Fields fields, long at) throws MalformedInputException {
        return new Header(
                at,
                (int) fields.bytes.u32(0),
                fields.word(4, 8),
                fields.word(8, 16),
                fields.word(12, 24),
                fields.word(16, 32),
                fields.word(20, 40),
                fields.word(28, 48));
    }

    /** With 65535 program headers or more, their number is sh_info of section 0. */
    private static long extendedCount(Content file, Fields header, ByteOrder order) throws IOException {
        long offset = header.word(32, 40);
        int info = header.wide ? 44 : 28;
        header.bytes.verify(
                offset > 0 && offset <= file.size() - info - Integer.BYTES,
                header.wide ? 40 : 32,
                "e_phnum 0xffff needs section 0 within the file, which has 0x%x bytes, e_shoff is 0x%x"
                        .formatted(file.size(), offset));
        return Integer.toUnsignedLong(ByteBuffer.wrap(file.copy(offset + info, Integer.BYTES))
                .order(order)
                .getInt());
    }
}
