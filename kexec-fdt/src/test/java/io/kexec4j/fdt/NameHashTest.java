package io.kexec4j.fdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The hash of whole names, by which nodes are found. */
class NameHashTest {
    /** Steps of 8 bytes that keep only 64 bits of a product collide here whatever the key. */
    @Test
    void topBitsThatTakeEachOtherBackDiffer() {
        byte[] one = "aaaaaaaabbbbbbbb".getBytes(StandardCharsets.ISO_8859_1);
        byte[] other = one.clone();
        other[0] ^= (byte) 0x80;
        other[8] ^= (byte) 0x80;
        other[12] ^= (byte) 0x80;
        Random keys = new Random(1);
        for (int i = 0; i < 200; i++) {
            long key = keys.nextLong() | 1;
            assertThat(folded(key, one)).as("they are well chosen").isEqualTo(folded(key, other));
            KeyedHash hash = new KeyedHash(key);
            assertThat(hash(hash, one)).as("key %x", key).isNotEqualTo(hash(hash, other));
        }
    }

    @Test
    void textsAndBlobsAgree() {
        Random random = new Random(2);
        for (int length = 0; length < 50; length++) {
            byte[] name = new byte[length];
            random.nextBytes(name);
            String text = "/" + new String(name, StandardCharsets.ISO_8859_1) + "/";
            KeyedHash hash = new KeyedHash(random.nextLong());
            assertThat(hash.of(3, text, 1, 1 + length)).isEqualTo(hash.of(3, Blob.of(name), 0, length));
        }
    }

    @Test
    void charactersThatAreNoBytesFindNothing() throws Exception {
        Fdt tree = new RawBlob()
                .begin("")
                .begin("A")
                .end()
                .begin("?")
                .end()
                .begin("\u00ff23456789")
                .end()
                .end()
                .finish()
                .read();
        assertThat(tree.node("/A")).isPresent();
        assertThat(tree.node("/?")).isPresent();
        assertThat(tree.node("/\u00ff23456789")).isPresent();
        assertThat(tree.node("/\u0141")).isEmpty();
        assertThat(tree.root().child("\u0141")).isEmpty();
        assertThat(tree.node("/\ud800")).isEmpty();
        assertThat(tree.node("/\u01ff23456789")).isEmpty();
        assertThat(tree.nodeOfAnyUnit("/\u0141")).isEmpty();
    }

    /** What a step would be that multiplies and folds 64 bits, as that of a single byte may. */
    private static long folded(long key, byte[] name) {
        long hash = 1;
        for (int at = 0; at < name.length; at += Long.BYTES) {
            long product = (hash ^ Blob.of(name).longAt(at)) * key;
            hash = product ^ product >>> 32;
        }
        return hash;
    }

    private static int hash(KeyedHash hash, byte[] name) {
        return hash.of(0, Blob.of(name), 0, name.length);
    }
}
