package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The sections of an EFI program (Microsoft PE format, "COFF File Header" and "Section Table").
 *
 * @param machine the {@code Machine} field
 * @param sections every section that has content, in the order of the file
 */
record PeSections(int machine, List<Section> sections) {
    private static final int DOS_HEADER = 0x40;
    private static final int COFF_HEADER = 24;
    private static final int SECTION_HEADER = 40;
    private static final int NAME = 8;
    /** More than anybody has made: every profile of a UKI lists those of the base. */
    private static final int MOST_SECTIONS = 1024;

    /**
     * A section.
     *
     * @param name up to 8 characters, without NULs; long names of object files are not looked up
     * @param at where its header lies in the file
     * @param content its bytes: those that the file has, as far as they belong to it in memory
     */
    record Section(String name, long at, Content content) {}

    static PeSections read(String format, Content file) throws IOException {
        ByteView dos = file.head(format, ByteOrder.LITTLE_ENDIAN, DOS_HEADER);
        dos.verify(dos.size() >= DOS_HEADER && dos.u16(0) == 0x5a4d, 0, "it must begin with \"MZ\" and have 64 bytes");
        long pe = dos.u32(0x3c);
        dos.verify(
                pe <= file.size() - COFF_HEADER,
                0x3c,
                "e_lfanew must leave %d bytes of the file, which has 0x%x bytes, is 0x%x"
                        .formatted(COFF_HEADER, file.size(), pe));
        ByteView coff = view(format, file, pe, COFF_HEADER);
        if (coff.u32(0) != 0x4550) {
            throw new MalformedInputException(format, pe, "there must be \"PE\" and two NULs here");
        }
        long count = coff.u16(6);
        if (count > MOST_SECTIONS) {
            throw new MalformedInputException(
                    format,
                    pe + 6,
                    "there must be at most %d sections, but there are %d".formatted(MOST_SECTIONS, count));
        }
        long table = pe + COFF_HEADER + coff.u16(20);
        if (count * SECTION_HEADER > file.size() - table) {
            throw new MalformedInputException(
                    format,
                    pe + 6,
                    "%d section headers must lie within the file, which has 0x%x bytes, begin at 0x%x"
                            .formatted(count, file.size(), table));
        }
        ByteView headers = view(format, file, table, (int) count * SECTION_HEADER);
        List<Section> sections = new ArrayList<>();
        for (long at = 0; at < headers.size(); at += SECTION_HEADER) {
            Section section = section(format, file, headers.slice(at, SECTION_HEADER), table + at);
            if (section.content.size() > 0) {
                sections.add(section);
            }
        }
        return new PeSections(coff.u16(4), List.copyOf(sections));
    }

    /**
     * The file has SizeOfRawData bytes, rounded up for the firmware; VirtualSize says how many mean something, and what exceeds the
     * file is zero.
     */
    private static Section section(String format, Content file, ByteView header, long at)
            throws MalformedInputException {
        long virtualSize = header.u32(8);
        long rawSize = header.u32(16);
        long offset = header.u32(20);
        long size = Math.min(virtualSize, rawSize);
        String name = name(header);
        if (size > 0 && offset + size > file.size()) {
            throw new MalformedInputException(
                    format,
                    at + 16,
                    "section %s must lie within the file, which has 0x%x bytes, but has 0x%x at 0x%x"
                            .formatted(MalformedInputException.quote(name), file.size(), size, offset));
        }
        return new Section(name, at, size == 0 ? Content.EMPTY : file.slice(offset, size));
    }

    /** Padded with NULs, and not terminated if it has 8 characters. */
    private static String name(ByteView header) throws MalformedInputException {
        byte[] name = new byte[NAME];
        header.slice(0, NAME).bytes().get(name);
        String padded = new String(name, StandardCharsets.ISO_8859_1);
        int end = padded.indexOf('\0');
        return end < 0 ? padded : padded.substring(0, end);
    }

    private static ByteView view(String format, Content file, long offset, int size) throws IOException {
        return ByteView.of(format, ByteBuffer.wrap(file.copy(offset, size)), ByteOrder.LITTLE_ENDIAN);
    }
}
