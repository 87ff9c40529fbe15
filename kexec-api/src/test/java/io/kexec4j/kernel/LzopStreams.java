package io.kexec4j.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.Adler32;

/** Makes files of lzop, of blocks that are small so that there are several. */
final class LzopStreams {
    private static final byte[] MAGIC = {(byte) 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n'};
    private static final int BLOCK = 1 << 17;
    private static final int ADLER32 = 3;
    private static final int SHORTEST = 4;
    private static final int NEAR = 16384;
    private static final int FARTHEST = 49151;

    private LzopStreams() {}

    static byte[] compress(byte[] bytes) {
        byte[] stream = Streams.concat(MAGIC, header(ADLER32));
        for (int start = 0; start < bytes.length; start += BLOCK) {
            byte[] part = Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + BLOCK));
            byte[] packed = block(part);
            stream = Streams.concat(
                    stream,
                    packed.length < part.length
                            ? Streams.concat(words(part.length, packed.length, adler(part), adler(packed)), packed)
                            : Streams.concat(words(part.length, part.length, adler(part)), part));
        }
        return Streams.concat(stream, words(0));
    }

    /** With the name "a". */
    static byte[] header(int flags) {
        ByteBuffer header = ByteBuffer.allocate(27);
        header.putShort((short) 0x1040).putShort((short) 0x20a0).putShort((short) 0x0940);
        header.put((byte) 1)
                .put((byte) 5)
                .putInt(flags)
                .putInt(0100644)
                .putInt(0)
                .putInt(0);
        header.put((byte) 1).put((byte) 'a');
        byte[] bytes = Arrays.copyOf(header.array(), header.position());
        return Streams.concat(bytes, words(adler(bytes)));
    }

    static int adler(byte[] bytes) {
        Adler32 checksum = new Adler32();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    static byte[] words(int... values) {
        ByteBuffer words = ByteBuffer.allocate(4 * values.length);
        Arrays.stream(values).forEach(words::putInt);
        return words.array();
    }

    static byte[] file(byte[]... blocks) {
        return Streams.concat(MAGIC, header(0), Streams.concat(blocks), words(0));
    }

    /** A block of LZO1X with instructions of three kinds: literals, near matches, far matches. */
    static byte[] block(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<Integer, Integer> last = new HashMap<>();
        int literals = 0;
        int pending = -1;
        int operand = 0;
        int at = 0;
        while (at <= bytes.length) {
            int from = at + SHORTEST <= bytes.length ? found(last, bytes, at) : -1;
            if (from < 0 && at < bytes.length) {
                at++;
                continue;
            }
            int count = at - literals;
            if (pending >= 0) {
                out.write(operand | (count <= 3 ? count : 0));
                out.write(operand >>> 8);
            }
            if (count > 0 && (pending < 0 || count > 3)) {
                run(out, count, pending < 0);
            }
            out.write(bytes, literals, count);
            if (at == bytes.length) {
                break;
            }
            int length = SHORTEST;
            while (at + length < bytes.length && bytes[from + length] == bytes[at + length]) {
                length++;
            }
            operand = match(out, at - from, length);
            pending = at;
            at += length;
            literals = at;
        }
        out.writeBytes(new byte[] {0x11, 0, 0});
        return out.toByteArray();
    }

    private static int found(Map<Integer, Integer> last, byte[] bytes, int at) {
        Integer known = last.put(ByteBuffer.wrap(bytes, at, SHORTEST).getInt(), at);
        return known == null || at - known > FARTHEST || at - known == NEAR ? -1 : known;
    }

    private static void run(ByteArrayOutputStream out, int count, boolean first) {
        if (first && count <= 238) {
            out.write(17 + count);
        } else {
            length(out, 0, count - 3, 15);
        }
    }

    /** Writes the instruction, and gives the operand, whose lowest two bits are those of the literals to come. */
    private static int match(ByteArrayOutputStream out, int distance, int length) {
        if (distance <= NEAR) {
            length(out, 0x20, length - 2, 31);
            return (distance - 1) << 2;
        }
        int far = distance - NEAR;
        length(out, 0x10 | ((far >>> 11) & 8), length - 2, 7);
        return (far & (NEAR - 1)) << 2;
    }

    private static void length(ByteArrayOutputStream out, int code, int length, int most) {
        if (length <= most) {
            out.write(code | length);
            return;
        }
        out.write(code);
        int rest = length - most;
        for (; rest > 0xff; rest -= 0xff) {
            out.write(0);
        }
        out.write(rest);
    }
}
