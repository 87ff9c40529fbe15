package io.kexec4j.kernel;

import io.kexec4j.bytes.ByteView;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The certificate table of an EFI program, which has its signatures and is no part of what is loaded (Microsoft PE format, "The
 * Attribute Certificate Table").
 *
 * @param offset where it begins in the file, which is where the program ends
 * @param end where it ends; nothing but zeroes follow
 */
record PeCertificates(long offset, long end) {
    private static final int COFF_HEADER = 24;
    private static final int PE32_PLUS = 0x20b;
    /** The fifth of the data directories, of which each is an address and a size. */
    private static final int INDEX = 4;

    private static final int DIRECTORY = 8;
    private static final int ZERO_CHUNK = 1 << 16;

    /** Looks for the table of an EFI program whose headers {@link PeSections} can read. */
    static Optional<PeCertificates> find(String format, Content file) throws IOException {
        long pe = file.head(format, ByteOrder.LITTLE_ENDIAN, 0x40).u32(0x3c);
        int optionalSize = view(format, file, pe, COFF_HEADER).u16(20);
        long start = pe + COFF_HEADER;
        ByteView optional = view(format, file, start, (int) Math.min(optionalSize, file.size() - start));
        if (optional.size() < Short.BYTES) {
            return Optional.empty();
        }
        int count = optional.u16(0) == PE32_PLUS ? 108 : 92;
        int entry = count + Integer.BYTES + INDEX * DIRECTORY;
        if (optional.size() < entry + DIRECTORY || optional.u32(count) <= INDEX || optional.u32(entry + 4) == 0) {
            return Optional.empty();
        }
        long offset = optional.u32(entry);
        long end = offset + optional.u32(entry + 4);
        if (offset < start + optionalSize || end > file.size()) {
            throw new MalformedInputException(
                    format,
                    start + entry,
                    "the certificate table must lie within the file, which has 0x%x bytes, is 0x%x to 0x%x"
                            .formatted(file.size(), offset, end));
        }
        verifyZeroes(format, file, end);
        return Optional.of(new PeCertificates(offset, end));
    }

    private static void verifyZeroes(String format, Content file, long start) throws IOException {
        for (long at = start; at < file.size(); at += ZERO_CHUNK) {
            byte[] chunk = file.copy(at, (int) Math.min(ZERO_CHUNK, file.size() - at));
            for (int i = 0; i < chunk.length; i++) {
                if (chunk[i] != 0) {
                    throw new MalformedInputException(
                            format, at + i, "nothing but zeroes may follow the certificate table");
                }
            }
        }
    }

    private static ByteView view(String format, Content file, long offset, int size) throws IOException {
        return ByteView.of(format, ByteBuffer.wrap(file.copy(offset, size)), ByteOrder.LITTLE_ENDIAN);
    }
}
