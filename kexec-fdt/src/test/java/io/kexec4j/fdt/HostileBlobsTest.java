package io.kexec4j.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are: FdtException, or a tree that can be walked and written. */
class HostileBlobsTest {
    private static final int[] EXTREMES = {
        0,
        1,
        2,
        3,
        4,
        7,
        8,
        9,
        12,
        16,
        27,
        28,
        36,
        39,
        40,
        0x7f,
        0xff,
        0xffff,
        0x7ffffff0,
        0x7fffffff,
        0x80000000,
        -8,
        -4,
        -1
    };

    /** Everything that a blob can have, in little. */
    private static byte[] blob() {
        return new RawBlob()
                .reserve(0x1000, 0x2000)
                .nop()
                .begin("")
                .property("compatible", "acme,x\0")
                .begin("aliases")
                .property("s", "/n@1\0")
                .end()
                .begin("n@1")
                .property("reg", 1)
                .property("phandle", 1)
                .begin("below")
                .end()
                .end()
                .end()
                .nop()
                .finish()
                .bytes();
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] bytes = blob();
        for (int length = 0; length < bytes.length; length++) {
            byte[] shorter = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Fdt.read(ByteBuffer.wrap(shorter)))
                    .as("%d bytes", length)
                    .isInstanceOfSatisfying(
                            FdtException.class, e -> assertThat(e.error()).isEqualTo(FdtError.TRUNCATED));
        }
        assertThatCode(() -> Fdt.readStrictly(ByteBuffer.wrap(bytes)).nodes().count())
                .doesNotThrowAnyException();
    }

    /** Each smaller totalsize is refused too, for the strings stand last. */
    @Test
    void everySmallerSizeIsRefused() {
        byte[] bytes = blob();
        for (int size = 0; size < bytes.length; size++) {
            byte[] changed = bytes.clone();
            ByteBuffer.wrap(changed).putInt(RawBlob.TOTAL_SIZE, size);
            assertThatThrownBy(() -> Fdt.read(ByteBuffer.wrap(changed)))
                    .as("%d bytes", size)
                    .isInstanceOf(FdtException.class);
        }
    }

    /** All words of the blob, those of the header among them, replaced by extremes and moved by them. */
    @Test
    void everyWordSurvivesExtremes() {
        byte[] bytes = blob();
        for (int at = 0; at + 4 <= bytes.length; at += 4) {
            for (int extreme : EXTREMES) {
                for (int value : new int[] {extreme, ByteBuffer.wrap(bytes).getInt(at) + extreme}) {
                    byte[] changed = bytes.clone();
                    ByteBuffer.wrap(changed).putInt(at, value);
                    assertSurvived(changed, String.format("0x%x at 0x%x", value, at));
                }
            }
        }
    }

    @Test
    void randomChangesAreSurvived() {
        byte[] bytes = blob();
        int readable = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] changed = bytes.clone();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) (random.nextBoolean() ? random.nextInt(10) : -1);
            }
            readable += assertSurvived(changed, "seed " + seed) ? 1 : 0;
        }
        assertThat(readable).isBetween(1000, 19_000);
    }

    /** Returns whether it could be read. */
    private static boolean assertSurvived(byte[] bytes, String what) {
        try {
            Fdt tree = Fdt.read(ByteBuffer.wrap(bytes));
            List<String> walk = Walk.of(tree);
            assertThat(SpecificationRules.check(tree)).doesNotContainNull();
            assertThat(Walk.of(Fdt.read(tree.edit().write()))).as(what).isEqualTo(walk);
            return true;
        } catch (FdtException e) {
            assertThat(e.rule()).as(what).isNotBlank();
            assertThat(e.offset()).as(what).isPresent();
            return false;
        }
    }

    /** A string of 1 MiB, in which each property of a blob of 2 MiB begins its name elsewhere: names of 40 GiB. */
    @Test
    void namesTakeMemoryInProportionToTheBlob() {
        RawBlob blob = new RawBlob().begin("").strings("x".repeat(1 << 20) + '\0');
        for (int i = 0; i < 80_000; i++) {
            blob.propertyAt(i, "");
        }
        assertThatThrownBy(() -> blob.end().finish().read())
                .isInstanceOfSatisfying(
                        FdtException.class, e -> assertThat(e.error()).isEqualTo(FdtError.LIMIT));
    }

    /** 20,000 nodes deep: nothing recurses, in a thread of little stack. */
    @Test
    void depthNeedsNoStack() throws Exception {
        byte[] bytes = StructureCases.nested(20_000).bytes();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        Fdt tree = Fdt.read(ByteBuffer.wrap(bytes), FdtLimits.NONE);
                        EditableTree editable = tree.edit().copy();
                        assertThat(editable.nodes()).hasSize(20_000);
                        Node deepest = tree.nodes().reduce((a, b) -> b).orElseThrow();
                        assertThat(deepest.depth()).isEqualTo(19_999);
                        assertThat(deepest.path()).hasSize(2 * 19_999);
                        assertThat(editable.node(deepest.path())).isPresent();
                        assertThat(tree.node(deepest.path())).isPresent();
                        assertThat(SpecificationRules.check(tree)).isEmpty();
                        EditableNode top = editable.root().child("a").orElseThrow();
                        EditableNode copy = editable.root().add("b").addCopy(top);
                        top.moveTo(editable.root().child("b").orElseThrow().add("c"));
                        copy.remove();
                        assertThat(Fdt.read(editable.write(), FdtLimits.NONE).nodes())
                                .hasSize(20_002);
                    } catch (Throwable failure) {
                        failures.add(failure);
                    }
                },
                "little stack",
                256 * 1024);
        thread.start();
        thread.join();
        assertThat(failures).isEmpty();
    }
}
