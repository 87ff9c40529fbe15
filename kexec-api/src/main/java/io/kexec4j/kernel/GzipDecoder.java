package io.kexec4j.kernel;

import java.io.EOFException;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The members of a gzip file, one at a time (RFC 1952). The JDK's GZIPInputStream does not say where the last member ended, and takes anything
 * behind it for nothing.
 */
final class GzipDecoder implements Decoder {
    private static final int MAGIC = 0x8b1f;
    private static final int DEFLATE = 8;
    private static final int FHCRC = 1 << 1;
    private static final int FEXTRA = 1 << 2;
    private static final int FNAME = 1 << 3;
    private static final int FCOMMENT = 1 << 4;
    private static final int RESERVED = 0xe0;
    private static final int BUFFER = 1 << 16;

    private final Inflater inflater = new Inflater(true);
    private final byte[] input = new byte[BUFFER];
    private final byte[] output = new byte[BUFFER];

    @Override
    public void decode(ContentInput in, DecodedOutput out, long memoryLimit) throws IOException {
        skipHeader(in);
        long before = out.size();
        inflater.reset();
        try {
            long crc = inflate(in, out);
            verify(in.u32() == crc, "the CRC-32 at its end must be that of its output");
            verify(
                    in.u32() == (out.size() - before & 0xffff_ffffL),
                    "the size at its end must be that of its output, %d".formatted(out.size() - before));
        } catch (DataFormatException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        inflater.end();
    }

    private static void skipHeader(ContentInput in) throws IOException {
        verify(in.u16() == MAGIC, "it must begin with 1f 8b");
        verify(in.u8() == DEFLATE, "its method must be 8, deflate");
        int flags = in.u8();
        verify((flags & RESERVED) == 0, "the reserved flags must be 0, are 0x%02x".formatted(flags & RESERVED));
        in.skipNBytes(6);
        if ((flags & FEXTRA) != 0) {
            in.skipNBytes(in.u16());
        }
        if ((flags & FNAME) != 0) {
            skipString(in);
        }
        if ((flags & FCOMMENT) != 0) {
            skipString(in);
        }
        if ((flags & FHCRC) != 0) {
            in.skipNBytes(Short.BYTES);
        }
    }

    private static void skipString(ContentInput in) throws IOException {
        int character;
        do {
            character = in.u8();
        } while (character != 0);
    }

    private long inflate(ContentInput in, DecodedOutput out) throws DataFormatException, IOException {
        CRC32 crc = new CRC32();
        while (!inflater.finished()) {
            int count = inflater.inflate(output);
            crc.update(output, 0, count);
            out.write(output, 0, count);
            if (count == 0 && !inflater.finished()) {
                verify(!inflater.needsDictionary(), "a member must not need a preset dictionary");
                int length = in.read(input);
                if (length < 0) {
                    throw new EOFException("it must not end here");
                }
                inflater.setInput(input, 0, length);
            }
        }
        in.giveBack(inflater.getRemaining());
        return crc.getValue();
    }

    private static void verify(boolean holds, String rule) throws IOException {
        if (!holds) {
            throw new IOException(rule);
        }
    }
}
