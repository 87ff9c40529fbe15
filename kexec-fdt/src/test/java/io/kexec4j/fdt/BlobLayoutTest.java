package io.kexec4j.fdt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** How a tree is written: size, version, room. */
class BlobLayoutTest {
    private static EditableTree tree() throws FdtException {
        EditableTree tree = RawBlob.base().reserve(0x1000, 0x2000).read().edit();
        tree.setBootCpuid(3);
        return tree;
    }

    @Test
    void isTheBlobThatItWasReadFrom() throws Exception {
        byte[] bytes = RawBlob.base().reserve(0x1000, 0x2000).bytes();

        assertThat(Fdt.read(ByteBuffer.wrap(bytes)).edit().write()).isEqualTo(ByteBuffer.wrap(bytes));
    }

    @Test
    void nopsAndGapsAreGoneAndPaddingIsZero() throws Exception {
        RawBlob odd = new RawBlob()
                .gap(8)
                .nop()
                .begin("")
                .padWith(0xff)
                .property("a", "x")
                .nop()
                .end()
                .nop()
                .finish();
        RawBlob plain = new RawBlob().begin("").property("a", "x").end().finish();

        assertThat(odd.read().edit().write()).isEqualTo(ByteBuffer.wrap(plain.bytes()));
    }

    @Test
    void namesShareWhatTheyCan() throws Exception {
        EditableTree tree = EditableTree.empty();
        tree.root().set("#address-cells", PropertyValue.EMPTY);
        tree.root().set("address-cells", PropertyValue.EMPTY);
        tree.root().set("cells", PropertyValue.EMPTY);
        tree.root().set("cell", PropertyValue.EMPTY);

        Fdt written = Fdt.read(tree.write());
        assertThat(written.header().stringsSize()).isEqualTo("#address-cells".length() + 1 + "cell".length() + 1);
        assertThat(written.root().properties()).isEqualTo(tree.root().properties());
    }

    @Test
    void version16HasNoSizeOfTheStructure() throws Exception {
        ByteBuffer written = tree().write(BlobOptions.DEFAULT.withVersion(16));

        assertThat(written.getInt(RawBlob.VERSION)).isEqualTo(16);
        assertThat(written.getInt(RawBlob.STRUCTURE_SIZE)).isZero();
        assertThat(Walk.of(Fdt.read(written))).isEqualTo(Walk.of(tree()));
    }

    @Test
    void roomIsAddedAtTheEndAndIsZero() throws Exception {
        int size = tree().write().remaining();

        assertThat(sizeWith(BlobOptions.DEFAULT.withPadding(100))).isEqualTo(size + 100);
        assertThat(sizeWith(BlobOptions.DEFAULT.withMinimumSize(1000))).isEqualTo(1000);
        assertThat(sizeWith(BlobOptions.DEFAULT.withMinimumSize(10))).isEqualTo(size);
        assertThat(sizeWith(BlobOptions.DEFAULT.withAlignment(4096))).isEqualTo(4096);
        assertThat(sizeWith(BlobOptions.DEFAULT.withReservationSlots(3))).isEqualTo(size + 48);
    }

    private static int sizeWith(BlobOptions options) throws FdtException {
        BlobLayout layout = BlobLayout.of(tree(), options);
        ByteBuffer written = layout.write();
        assertThat(written.remaining()).isEqualTo(layout.size());
        Fdt again = Fdt.read(written);
        assertThat(again.header().totalSize()).isEqualTo(layout.size());
        assertThat(Walk.of(again)).isEqualTo(Walk.of(tree()));
        FdtHeader header = again.header();
        for (int at = header.stringsOffset() + header.stringsSize(); at < layout.size(); at++) {
            assertThat(written.get(at)).isZero();
        }
        return layout.size();
    }

    @Test
    void writesIntoTheBufferOfTheCaller() throws Exception {
        BlobLayout layout = BlobLayout.of(tree(), BlobOptions.DEFAULT);
        ByteBuffer target = ByteBuffer.allocateDirect(layout.size() + 20).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < target.capacity(); i++) {
            target.put(i, (byte) 0x55);
        }
        layout.writeTo(target.position(10));

        assertThat(target.position()).isEqualTo(10 + layout.size());
        assertThat(target.slice(10, layout.size())).isEqualTo(layout.write());
        assertThat(target.get(9)).isEqualTo((byte) 0x55);
        assertThat(target.get(10 + layout.size())).isEqualTo((byte) 0x55);
        assertThatExceptionOfType(BufferOverflowException.class)
                .isThrownBy(() -> layout.writeTo(ByteBuffer.allocate(layout.size() - 1)));
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        for (int version : new int[] {0, 15, 18}) {
            assertThatIllegalArgumentException().isThrownBy(() -> BlobOptions.DEFAULT.withVersion(version));
        }
        for (int alignment : new int[] {0, 3, -1, Integer.MIN_VALUE}) {
            assertThatIllegalArgumentException().isThrownBy(() -> BlobOptions.DEFAULT.withAlignment(alignment));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> BlobOptions.DEFAULT.withPadding(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> BlobOptions.DEFAULT.withMinimumSize(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> BlobOptions.DEFAULT.withReservationSlots(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new FdtLimits(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tree().write(BlobOptions.DEFAULT.withPadding(Integer.MAX_VALUE)));
    }
}
