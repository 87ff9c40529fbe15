package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads notes until there are no more, or one that does not fit. */
final class ElfNotes {
    private static final int HEADER = 12;
    private static final int LONGEST_NAME = 256;
    /** Far more than any kernel has; hostile segments of notes may overlap, and be read many times. */
    private static final int MOST_NOTES = 4096;

    private ElfNotes() {}

    static void read(Content bytes, ByteOrder order, long alignment, List<ElfKernel.Note> notes) throws IOException {
        long step = alignment == 8 ? 8 : 4;
        long at = 0;
        while (bytes.size() - at >= HEADER && notes.size() < MOST_NOTES) {
            ByteBuffer header = ByteBuffer.wrap(bytes.copy(at, HEADER)).order(order);
            long nameSize = Integer.toUnsignedLong(header.getInt(0));
            long contentSize = Integer.toUnsignedLong(header.getInt(4));
            long content = up(at + HEADER + nameSize, step);
            if (nameSize > LONGEST_NAME || content > bytes.size() || contentSize > bytes.size() - content) {
                return;
            }
            notes.add(new ElfKernel.Note(
                    name(bytes.copy(at + HEADER, (int) nameSize)),
                    header.getInt(8),
                    bytes.slice(content, contentSize)));
            at = up(content + contentSize, step);
        }
    }

    private static String name(byte[] bytes) {
        String name = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = name.indexOf('\0');
        return end < 0 ? name : name.substring(0, end);
    }

    private static long up(long offset, long step) {
        return (offset + step - 1) & -step;
    }
}
