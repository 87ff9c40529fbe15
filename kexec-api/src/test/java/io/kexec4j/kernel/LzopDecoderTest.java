package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LzopDecoderTest {
    private static final Decompression LIMITS = new Decompression(1 << 20, 1 << 20);

    private static byte[] decode(byte[] file) throws IOException {
        Content output = LIMITS.decompress(Content.of(file), Compression.LZO);
        return output.copy(0, (int) output.size());
    }

    @Test
    void whatIsDamagedOrCutOffIsRefused() throws IOException {
        byte[] bytes = Streams.sample(700, 5);
        byte[] file = LzopStreams.compress(bytes);
        assertThat(decode(file)).isEqualTo(bytes);
        for (int size = 0; size < file.length; size++) {
            byte[] part = Arrays.copyOf(file, size);
            assertThatThrownBy(() -> decode(part)).isInstanceOf(MalformedInputException.class);
        }
        // The versions, level, time and name have a checksum, as has each block.
        for (int i = 9; i < file.length; i++) {
            byte[] damaged = file.clone();
            damaged[i] ^= 0x10;
            assertThatThrownBy(() -> decode(damaged)).as("byte %d", i).isInstanceOf(MalformedInputException.class);
        }
    }

    @Test
    void sizesAreCheckedBeforeMemoryIsTaken() {
        assertThatThrownBy(() -> decode(LzopStreams.file(LzopStreams.words(-1, 16), new byte[16])))
                .hasMessageContaining("a block of 4294967295 bytes cannot come out of 16");
        assertThatThrownBy(() -> decode(LzopStreams.file(LzopStreams.words(-1, -1), new byte[16])))
                .hasMessageContaining("must not end here");
        byte[] large = new byte[20_000];
        assertThatThrownBy(() -> decode(LzopStreams.file(LzopStreams.words(2_000_000, large.length), large)))
                .hasMessageContaining("must not exceed the limit of 1048576");
        assertThatThrownBy(() -> decode(LzopStreams.file(LzopStreams.words(4, 5), new byte[5])))
                .hasMessageContaining("must not have more when it is packed");
    }

    /** With a limit that permits it, on files that are larger than an array. */
    @Test
    void aBlockMustFitIntoAnArray() throws IOException {
        Decompression large = new Decompression(1L << 40, 1L << 40);
        byte[] packed = new byte[10 << 20];
        byte[] file = LzopStreams.file(LzopStreams.words((1 << 30) + 1, packed.length), packed);
        assertThatThrownBy(() -> large.decompress(Content.of(file), Compression.LZO))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("a block must have at most 1073741824 bytes, has 1073741825");
    }

    @Test
    void farMatchesAndLongRunsComeOut() throws IOException {
        byte[] bytes = Streams.sample(300_000, 8);
        System.arraycopy(bytes, 0, bytes, 40_000, 10_000);
        assertThat(decode(LzopStreams.compress(bytes))).isEqualTo(bytes);
        assertThat(decode(LzopStreams.compress(new byte[100_000]))).isEqualTo(new byte[100_000]);
        assertThat(decode(LzopStreams.compress(new byte[0]))).isEmpty();
    }
}
