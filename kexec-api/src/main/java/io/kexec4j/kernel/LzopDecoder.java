package io.kexec4j.kernel;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.Checksum;

/**
 * LZO in the container of lzop: a header, then blocks with their sizes and checksums in front, then a size of 0. All numbers are
 * big-endian. There is no specification; Linux reads the same in lib/decompress_unlzo.c.
 */
final class LzopDecoder implements Decoder {
    private static final int MAGIC_SIZE = 9;

    /** Since then, the header has the version that a reader needs, a level, and the upper half of the time. */
    private static final int NEWER = 0x0940;

    private static final int LAST_METHOD_OF_LZO1X = 3;
    private static final long OUTPUT_ADLER32 = 1;
    private static final long INPUT_ADLER32 = 1 << 1;
    private static final long EXTRA_FIELD = 1 << 6;
    private static final long OUTPUT_CRC32 = 1 << 8;
    private static final long INPUT_CRC32 = 1 << 9;
    private static final long FILTER = 1 << 11;
    private static final long HEADER_CRC32 = 1 << 12;

    /** No byte of a block stands for more bytes of output. */
    private static final long LARGEST_RATIO = 255;

    /** What an array takes in any JVM; lzop itself makes no block of more than 64 MiB. */
    private static final long LARGEST_BLOCK = 1 << 30;

    /** How much an instruction gives besides. */
    private static final long LARGEST_REST = 64;

    @Override
    public void decode(ContentInput in, DecodedOutput out, long memoryLimit) throws IOException {
        verify(
                Compression.of(ByteBuffer.wrap(in.peek(MAGIC_SIZE))) == Compression.LZO,
                "it must begin with 89 4c 5a 4f 00 0d 0a 1a 0a");
        in.skipNBytes(MAGIC_SIZE);
        long flags = header(in);
        for (long size = u32(in); size != 0; size = u32(in)) {
            block(in, size, flags, out, memoryLimit);
        }
    }

    /** Gives the flags. */
    private static long header(ContentInput in) throws IOException {
        Header header = new Header(in);
        boolean newer = header.number(2) >= NEWER;
        header.number(2);
        if (newer) {
            header.number(2);
        }
        long method = header.number(1);
        verify(
                method >= 1 && method <= LAST_METHOD_OF_LZO1X,
                "the method must be 1 to 3, LZO1X, is %d".formatted(method));
        if (newer) {
            header.number(1);
        }
        long flags = header.number(4);
        verify((flags & FILTER) == 0, "the data must not be filtered, but the flags are 0x%x".formatted(flags));
        header.number(4);
        header.number(4);
        if (newer) {
            header.number(4);
        }
        header.skip((int) header.number(1));
        long expected = u32(in);
        long found = header.checksum((flags & HEADER_CRC32) != 0 ? new CRC32() : new Adler32());
        verify(found == expected, "the checksum of the header must be 0x%x, is 0x%x".formatted(expected, found));
        if ((flags & EXTRA_FIELD) != 0) {
            in.skipNBytes(u32(in));
            u32(in);
        }
        return flags;
    }

    private static void block(ContentInput in, long size, long flags, DecodedOutput out, long memoryLimit)
            throws IOException {
        long packed = u32(in);
        long outputAdler = (flags & OUTPUT_ADLER32) != 0 ? u32(in) : 0;
        long outputCrc = (flags & OUTPUT_CRC32) != 0 ? u32(in) : 0;
        boolean stored = packed == size;
        long inputAdler = !stored && (flags & INPUT_ADLER32) != 0 ? u32(in) : 0;
        long inputCrc = !stored && (flags & INPUT_CRC32) != 0 ? u32(in) : 0;
        verify(
                packed <= size,
                "a block of %d bytes must not have more when it is packed, has %d".formatted(size, packed));
        if (packed > in.remaining()) {
            throw new EOFException("a block must lie within the file");
        }
        verify(
                stored || size <= packed * LARGEST_RATIO + LARGEST_REST,
                "a block of %d bytes cannot come out of %d".formatted(size, packed));
        verify(size <= LARGEST_BLOCK, "a block must have at most %d bytes, has %d".formatted(LARGEST_BLOCK, size));
        verify(
                size + packed <= memoryLimit,
                "a block of %d bytes must not exceed the limit of %d".formatted(size, memoryLimit));
        byte[] input = in.readNBytes((int) packed);
        byte[] output = input;
        if (!stored) {
            verify(flags, INPUT_ADLER32, new Adler32(), input, inputAdler);
            verify(flags, INPUT_CRC32, new CRC32(), input, inputCrc);
            output = new byte[(int) size];
            Lzo1xBlock.decode(input, output);
        }
        verify(flags, OUTPUT_ADLER32, new Adler32(), output, outputAdler);
        verify(flags, OUTPUT_CRC32, new CRC32(), output, outputCrc);
        out.write(output, 0, output.length);
    }

    private static void verify(long flags, long flag, Checksum checksum, byte[] bytes, long expected)
            throws IOException {
        if ((flags & flag) != 0) {
            checksum.update(bytes);
            verify(
                    checksum.getValue() == expected,
                    "the checksum of a block must be 0x%x, is 0x%x".formatted(expected, checksum.getValue()));
        }
    }

    private static long u32(ContentInput in) throws IOException {
        return Integer.toUnsignedLong(Integer.reverseBytes((int) in.u32()));
    }

    private static void verify(boolean holds, String rule) throws IOException {
        if (!holds) {
            throw new IOException(rule);
        }
    }

    /** What its checksum is about is kept. */
    private static final class Header {
        private final ContentInput in;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Header(ContentInput in) {
            this.in = in;
        }

        long number(int size) throws IOException {
            long value = 0;
            for (int i = 0; i < size; i++) {
                int next = in.u8();
                bytes.write(next);
                value = value << Byte.SIZE | next;
            }
            return value;
        }

        void skip(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                number(1);
            }
        }

        long checksum(Checksum checksum) {
            checksum.update(ByteBuffer.wrap(bytes.toByteArray()));
            return checksum.getValue();
        }
    }
}
