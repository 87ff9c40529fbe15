package io.kexec4j.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names that collide in a polynomial modulo a power of two, whatever its odd base, do not collide here. */
class KeyedHashTest {
    @Test
    void stringsOfThueAndMorseDiffer() {
        Random keys = new Random(1);
        for (int i = 0; i < 200; i++) {
            long key = keys.nextLong() | 1;
            assertThat(polynomial(key, 0)).as("they are well chosen").isEqualTo(polynomial(key, 1));
            KeyedHash hash = new KeyedHash(key);
            assertThat(hash(hash, 0)).as("key %x", key).isNotEqualTo(hash(hash, 1));
        }
    }

    @Test
    void shortNamesSpread() {
        KeyedHash hash = new KeyedHash(12345);
        Set<Integer> hashes = new HashSet<>();
        Set<Integer> lowBits = new HashSet<>();
        for (int i = 0; i < 1 << 16; i++) {
            int finished = KeyedHash.finish(hash.extend(hash.extend(hash.begin(7), i >> 8), i & 0xff));
            hashes.add(finished);
            lowBits.add(finished & 0xffff);
        }
        assertThat(hashes).hasSizeGreaterThan((1 << 16) - 100);
        assertThat(lowBits).hasSizeGreaterThan(1 << 15);
    }

    /** Whether the number of ones in an index is even, for 2048 indexes; or odd. */
    private static int letter(int index, int parity) {
        return 'a' + (Integer.bitCount(index) + parity) % 2;
    }

    private static long polynomial(long key, int parity) {
        long hash = 0;
        for (int i = 0; i < 2048; i++) {
            hash = (hash + letter(i, parity)) * key;
        }
        return hash;
    }

    private static int hash(KeyedHash keyed, int parity) {
        long hash = keyed.begin(0);
        for (int i = 0; i < 2048; i++) {
            hash = keyed.extend(hash, letter(i, parity));
        }
        return KeyedHash.finish(hash);
    }
}
