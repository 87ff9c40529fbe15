package io.kexec4j.fdt;

import java.util.SplittableRandom;

/**
 * A hash of names, keyed by a random number, so that nobody who does not know it can make names that collide. There are two of
 * it, which know nothing of each other: byte by byte, so that the hashes of all ends of a name come up on the way; and of a whole
 * name, 8 bytes at a time. It is no cryptographic hash.
 *
 * <p>Each step multiplies and then folds the upper half of the product into the lower one: without that the hash would be a
 * polynomial of the key modulo a power of two, for which there are strings (those of Thue and Morse) that collide whatever the
 * key. Steps of 8 bytes fold all 128 bits: in the lower 64, the topmost bit of the name would move nothing but the topmost bit,
 * and the next 8 bytes could take that back.
 */
final class KeyedHash {
    private final long key;

    /** A hash with a key of its own. */
    KeyedHash() {
        this(new SplittableRandom().nextLong());
    }

    KeyedHash(long key) {
        this.key = key | 1;
    }

    /** The hash of nothing, after a number. */
    long begin(int number) {
        return fold((number + 1L) * key);
    }

    /** The hash of one byte more. */
    long extend(long hash, int next) {
        return fold((hash ^ next) * key);
    }

    /** The hash of a name in a blob, below a node of a number. */
    int of(int number, Blob blob, int start, int end) {
        long hash = begin(number);
        int at = start;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            hash = extendByWord(hash, blob.longAt(at));
        }
        long rest = 0;
        for (; at < end; at++) {
            rest = rest << Byte.SIZE | Byte.toUnsignedInt(blob.byteAt(at));
        }
        return finish(extendByWord(hash, rest));
    }

    /** The same of a name in a text of one character a byte; of another text, anything. */
    int of(int number, String text, int start, int end) {
        long hash = begin(number);
        int at = start;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            hash = extendByWord(
                    hash, (long) half(text, at) << Integer.SIZE | Integer.toUnsignedLong(half(text, at + 4)));
        }
        long rest = 0;
        for (; at < end; at++) {
            rest = rest << Byte.SIZE | text.charAt(at);
        }
        return finish(extendByWord(hash, rest));
    }

    private static int half(String text, int at) {
        return text.charAt(at) << 24 | text.charAt(at + 1) << 16 | text.charAt(at + 2) << 8 | text.charAt(at + 3);
    }

    private long extendByWord(long hash, long next) {
        long mixed = hash ^ next;
        return mixed * key ^ Math.multiplyHigh(mixed, key);
    }

    /** What the bits of a hash table are taken from. */
    static int finish(long hash) {
        return (int) hash;
    }

    private static long fold(long product) {
        return product ^ product >>> 32;
    }
}
