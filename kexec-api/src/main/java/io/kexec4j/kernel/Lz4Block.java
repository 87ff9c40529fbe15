package io.kexec4j.kernel;

import java.io.IOException;

/** Decodes one LZ4 block, whose matches reach no further back than its own beginning (LZ4 block format description). */
final class Lz4Block {
    private static final int NIBBLE = 15;
    private static final int SHORTEST_MATCH = 4;

    private final byte[] input;
    private final byte[] output;
    private int in;
    private int out;

    private Lz4Block(byte[] input, byte[] output) {
        this.input = input;
        this.output = output;
    }

    /** Gives the number of bytes that came out. */
    static int decode(byte[] input, byte[] output) throws IOException {
        Lz4Block block = new Lz4Block(input, output);
        boolean more = true;
        while (more) {
            more = block.sequence();
        }
        return block.out;
    }

    /** Literals and a match; the last sequence has literals only, and gives false. */
    private boolean sequence() throws IOException {
        int token = u8();
        int literals = length(token >>> 4);
        verify(literals <= input.length - in, "literals must lie within their block");
        verify(literals <= output.length - out, "a block must not have more output than fits");
        System.arraycopy(input, in, output, out, literals);
        in += literals;
        out += literals;
        if (in == input.length) {
            return false;
        }
        int distance = u8() | u8() << 8;
        verify(distance != 0 && distance <= out, "a match must point into the output of its block");
        int match = length(token & NIBBLE);
        verify(match <= output.length - out - SHORTEST_MATCH, "a block must not have more output than fits");
        copyMatch(distance, match + SHORTEST_MATCH);
        return true;
    }

    /** A match may overlap with what it makes: then what it has made so far is repeated. */
    private void copyMatch(int distance, int length) {
        int from = out - distance;
        int done = 0;
        while (done < length) {
            int count = Math.min(length - done, distance + done);
            System.arraycopy(output, from, output, out + done, count);
            done += count;
        }
        out += length;
    }

    /** Checked as it grows: the bytes of one block are enough to overflow it. */
    private int length(int nibble) throws IOException {
        int length = nibble;
        if (nibble == NIBBLE) {
            int more;
            do {
                more = u8();
                length += more;
                verify(length <= output.length, "a block must not have more output than fits");
            } while (more == 0xff);
        }
        return length;
    }

    private int u8() throws IOException {
        verify(in < input.length, "a block must not end within a sequence");
        return Byte.toUnsignedInt(input[in++]);
    }

    private static void verify(boolean holds, String rule) throws IOException {
        if (!holds) {
            throw new IOException(rule);
        }
    }
}
