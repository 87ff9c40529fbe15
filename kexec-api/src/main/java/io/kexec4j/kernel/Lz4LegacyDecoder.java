package io.kexec4j.kernel;

import java.io.IOException;

/**
 * LZ4 in the legacy container: blocks of up to 8 MiB of output, each with its size in front, to the end of the file (LZ4 frame
 * format description, "Legacy frame").
 */
final class Lz4LegacyDecoder implements Decoder {
    private static final long MAGIC = 0x184c2102;
    private static final int LARGEST_OUTPUT = 8 << 20;
    /** What an encoder may write for 8 MiB that it cannot compress. */
    private static final int LARGEST_INPUT = LARGEST_OUTPUT + LARGEST_OUTPUT / 255 + 16;
    /** No byte of a block stands for more bytes of output. */
    private static final long LARGEST_RATIO = 255;

    @Override
    public void decode(ContentInput in, DecodedOutput out, long memoryLimit) throws IOException {
        if (in.u32() != MAGIC) {
            throw new IOException("it must begin with 02 21 4c 18");
        }
        // Not a size, but what Linux writes behind its payload: the number of bytes that came out.
        while (in.remaining() > Integer.BYTES) {
            long size = in.u32();
            if (size == 0) {
                in.giveBack(Integer.BYTES);
                return;
            }
            if (size != MAGIC) {
                block(in, size, out);
            }
        }
    }

    private static void block(ContentInput in, long size, DecodedOutput out) throws IOException {
        if (size > LARGEST_INPUT || size > in.remaining()) {
            throw new IOException("a block must not have more than %d bytes, and lie within the file, but has %d"
                    .formatted(LARGEST_INPUT, size));
        }
        byte[] output = new byte[(int) Math.min(LARGEST_OUTPUT, size * LARGEST_RATIO)];
        out.write(output, 0, Lz4Block.decode(in.readNBytes((int) size), output));
    }
}
