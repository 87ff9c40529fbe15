package io.kexec4j.fdt;

import java.util.SplittableRandom;

/**
 * A hash of names, byte by byte, keyed by a random number, so that nobody who does not know it can make names that collide.
 * Each step multiplies and then folds the upper half into the lower one: without that the hash would be a polynomial of the
 * key modulo a power of two, for which there are strings (those of Thue and Morse) that collide whatever the key. It is no
 * cryptographic hash.
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

    long extend(long hash, int next) {
        return fold((hash ^ next) * key);
    }

    /** What the bits of a hash table are taken from. */
    static int finish(long hash) {
        return (int) hash;
    }

    private static long fold(long product) {
        return product ^ product >>> 32;
    }
}
