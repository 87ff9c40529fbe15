package io.kexec4j.kernel;

import java.io.IOException;

/**
 * Decodes one block of LZO1X (Linux, Documentation/staging/lzo.rst, bitstream version 0): instructions that copy from the output
 * so far, each with up to three literals behind it, and runs of literals.
 */
final class Lzo1xBlock {
    /** How many literals came before an instruction: with this number, four or more. */
    private static final int MANY = 4;

    private static final int NEAREST_AFTER_MANY = 2049;
    private static final int FAR = 16384;

    private final byte[] input;
    private final byte[] output;
    private int in;
    private int out;
    private int state;

    private Lzo1xBlock(byte[] input, byte[] output) {
        this.input = input;
        this.output = output;
    }

    /** Fills the output, or throws. */
    static void decode(byte[] input, byte[] output) throws IOException {
        Lzo1xBlock block = new Lzo1xBlock(input, output);
        block.first();
        while (block.instruction()) {
            // All of it.
        }
        verify(block.in == input.length, "a block must end with its last instruction");
        verify(block.out == output.length, "a block must have as much output as it says");
    }

    /** The first byte may stand for literals in a way of its own. */
    private void first() throws IOException {
        verify(input.length > 0, "a block must not end within an instruction");
        int byteOfFirst = Byte.toUnsignedInt(input[0]);
        verify(byteOfFirst != 17 || input.length == 3, "a block must be of version 0 of the format");
        if (byteOfFirst > 17) {
            in = 1;
            literals(byteOfFirst - 17);
            state = Math.min(byteOfFirst - 17, MANY);
        }
    }

    /** Gives false for the one that ends the block. */
    private boolean instruction() throws IOException {
        int code = u8();
        if (code >= 64) {
            // 1LLDDDSS and 01LDDDSS
            int distance = (u8() << 3) + (code >>> 2 & 7) + 1;
            match(distance, (code >= 128 ? 5 + (code >>> 5 & 3) : 3 + (code >>> 5 & 1)), code & 3);
        } else if (code >= 32) {
            // 001LLLLL
            int length = 2 + length(code & 31, 31);
            int operand = u16();
            match((operand >>> 2) + 1, length, operand & 3);
        } else if (code >= 16) {
            // 0001HLLL
            int length = 2 + length(code & 7, 7);
            int operand = u16();
            int distance = FAR + ((code & 8) << 11) + (operand >>> 2);
            if (distance == FAR) {
                verify(length == 3, "the last instruction of a block must be 11 00 00");
                return false;
            }
            match(distance, length, operand & 3);
        } else if (state == 0) {
            literals(3 + length(code, 15));
            state = MANY;
        } else {
            // 0000DDSS
            int distance = (u8() << 2) + (code >>> 2);
            match(distance + (state == MANY ? NEAREST_AFTER_MANY : 1), state == MANY ? 3 : 2, code & 3);
        }
        return true;
    }

    /** What does not fit into the bits of an instruction comes behind it. Checked as it grows. */
    private int length(int bits, int most) throws IOException {
        if (bits != 0) {
            return bits;
        }
        int length = most;
        int more = u8();
        while (more == 0) {
            length += 0xff;
            verify(length <= output.length, "a block must not have more output than it says");
            more = u8();
        }
        return length + more;
    }

    private void literals(int count) throws IOException {
        verify(count <= input.length - in, "literals must lie within their block");
        verify(count <= output.length - out, "a block must not have more output than it says");
        System.arraycopy(input, in, output, out, count);
        in += count;
        out += count;
    }

    /** A match may overlap with what it makes: then what it has made so far is repeated. */
    private void match(int distance, int length, int literals) throws IOException {
        verify(distance <= out, "a match must point into the output of its block");
        verify(length <= output.length - out, "a block must not have more output than it says");
        int from = out - distance;
        int done = 0;
        while (done < length) {
            int count = Math.min(length - done, distance + done);
            System.arraycopy(output, from, output, out + done, count);
            done += count;
        }
        out += length;
        literals(literals);
        state = literals;
    }

    private int u8() throws IOException {
        verify(in < input.length, "a block must not end within an instruction");
        return Byte.toUnsignedInt(input[in++]);
    }

    private int u16() throws IOException {
        int low = u8();
        return low | u8() << 8;
    }

    private static void verify(boolean holds, String rule) throws IOException {
        if (!holds) {
            throw new IOException(rule);
        }
    }
}
