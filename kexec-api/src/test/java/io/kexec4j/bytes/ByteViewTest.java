package io.kexec4j.bytes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.error.MalformedInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteViewTest {
    private static final byte[] BYTES = HexFormat.of().parseHex("f0e1d2c3b4a59687");

    private static ByteView view(ByteOrder order) {
        return ByteView.of("test", ByteBuffer.wrap(BYTES), order);
    }

    private static ByteView text(String text) {
        return ByteView.of("test", ByteBuffer.wrap(text.getBytes(ISO_8859_1)), ByteOrder.BIG_ENDIAN);
    }

    private static void assertMalformedAt(long offset, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(MalformedInputException.class, e -> {
            assertThat(e.format()).isEqualTo("test");
            assertThat(e.offset()).isEqualTo(offset);
        });
    }

    @Test
    void valuesAreUnsignedInBothByteOrders() throws MalformedInputException {
        ByteView little = view(ByteOrder.LITTLE_ENDIAN);
        ByteView big = view(ByteOrder.BIG_ENDIAN);

        assertThat(little.u8(0)).isEqualTo(0xf0);
        assertThat(little.u16(0)).isEqualTo(0xe1f0);
        assertThat(little.u32(0)).isEqualTo(0xc3d2e1f0L);
        assertThat(little.u64(0)).isEqualTo(0x8796a5b4c3d2e1f0L);
        assertThat(big.u16(0)).isEqualTo(0xf0e1);
        assertThat(big.u32(0)).isEqualTo(0xf0e1d2c3L);
        assertThat(big.u64(0)).isEqualTo(0xf0e1d2c3b4a59687L);
    }

    @Test
    void theLastByteCanBeReadWithEveryWidth() throws MalformedInputException {
        ByteView view = view(ByteOrder.BIG_ENDIAN);

        assertThat(view.u8(7)).isEqualTo(0x87);
        assertThat(view.u16(6)).isEqualTo(0x9687);
        assertThat(view.u32(4)).isEqualTo(0xb4a59687L);
        assertMalformedAt(8, () -> view.u8(8));
        assertMalformedAt(7, () -> view.u16(7));
        assertMalformedAt(5, () -> view.u32(5));
        assertMalformedAt(1, () -> view.u64(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 0x1_0000_0000L, 0x7fff_ffffL})
    void anOffsetFarOutsideIsRefused(long offset) {
        ByteView view = view(ByteOrder.LITTLE_ENDIAN);

        assertMalformedAt(offset, () -> view.u8(offset));
        assertMalformedAt(offset, () -> view.u16(offset));
        assertMalformedAt(offset, () -> view.u32(offset));
        assertMalformedAt(offset, () -> view.u64(offset));
        assertMalformedAt(offset, () -> view.slice(offset, 0));
        assertMalformedAt(offset, () -> view.cString(offset, 1));
    }

    @ParameterizedTest
    @CsvSource({"0, 9", "8, 1", "1, 9223372036854775807", "0, -1", "0, 4294967297", "-8, 16"})
    void aSliceLiesWithinTheInput(long offset, long size) {
        assertMalformedAt(offset, () -> view(ByteOrder.BIG_ENDIAN).slice(offset, size));
    }

    @Test
    void aSliceCountsFromTheStartOfTheInputInErrors() throws MalformedInputException {
        ByteView slice = view(ByteOrder.LITTLE_ENDIAN).slice(2, 5).slice(1, 3);

        assertThat(slice.size()).isEqualTo(3);
        assertThat(slice.u16(0)).isEqualTo(0xb4c3);
        assertMalformedAt(3 + 2, () -> slice.u16(2));
        assertMalformedAt(3 + 3, () -> slice.u8(3));
        assertMalformedAt(3 + 1, () -> slice.verify(false, 1, "a rule"));
        assertMalformedAt(3, () -> slice.cString(0, 10));
        assertThat(view(ByteOrder.LITTLE_ENDIAN).slice(8, 0).size()).isZero();
    }

    @Test
    void theBytesAreThoseThatRemainReadOnlyInOrder() {
        ByteBuffer input = ByteBuffer.wrap(BYTES).position(6);
        ByteBuffer bytes = ByteView.of("test", input, ByteOrder.LITTLE_ENDIAN).bytes();

        assertThat(input.position()).isEqualTo(6);
        assertThat(bytes.isReadOnly()).isTrue();
        assertThat(bytes.getShort()).isEqualTo((short) 0x8796);
        assertThat(ByteView.of("test", input, ByteOrder.LITTLE_ENDIAN).size()).isEqualTo(2);
    }

    @Test
    void aStringEndsWithANul() throws MalformedInputException {
        assertThat(text("abc\0def\0").cString(0, 100)).isEqualTo("abc");
        assertThat(text("abc\0def\0").cString(4, 100)).isEqualTo("def");
        assertThat(text("\0").cString(0, 0)).isEmpty();
        assertThat(text("\u00e4\0").cString(0, 10)).isEqualTo("\u00e4");
    }

    @Test
    void aStringHasAtMostItsBytesBeforeTheNul() throws MalformedInputException {
        assertThat(text("abc\0").cString(0, 3)).isEqualTo("abc");
        assertMalformedAt(0, () -> text("abc\0").cString(0, 2));
        assertMalformedAt(1, () -> text("abc").cString(1, 2));
        assertMalformedAt(1, () -> text("abc").cString(1, 100));
        assertMalformedAt(3, () -> text("abc").cString(3, 100));
        assertMalformedAt(4, () -> text("abc").cString(4, 100));
    }
}
