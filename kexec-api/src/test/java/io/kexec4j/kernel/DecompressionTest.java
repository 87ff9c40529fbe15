package io.kexec4j.kernel;

import static io.kexec4j.kernel.Streams.compress;
import static io.kexec4j.kernel.Streams.concat;
import static io.kexec4j.kernel.Streams.sample;
import static io.kexec4j.kernel.Streams.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;

class DecompressionTest {
    private static final int MUTATIONS = 3000;

    static Stream<Compression> formats() {
        return Streams.FORMATS.stream();
    }

    private static Content decompress(Compression format, byte[] stream) throws IOException {
        return Decompression.DEFAULT.decompress(Content.of(stream), format);
    }

    private static MalformedInputException refusal(Compression format, byte[] stream) {
        MalformedInputException refusal =
                catchThrowableOfType(MalformedInputException.class, () -> decompress(format, stream));
        assertThat(refusal).as(format.label()).isNotNull();
        assertThat(refusal.format()).isEqualTo(format.label() + " stream");
        return refusal;
    }

    @ParameterizedTest
    @MethodSource("formats")
    void givesBackWhatWasCompressed(Compression format) throws IOException {
        for (int size : new int[] {1, 13, 4096, 65535, 65536, 65537, 300_000}) {
            byte[] bytes = sample(size, size);
            byte[] stream = compress(format, bytes);
            assertThat(Compression.of(ByteBuffer.wrap(stream))).isEqualTo(format);
            Content content = decompress(format, stream);
            assertThat(content.size()).isEqualTo(size);
            assertThat(content).isEqualTo(Content.of(bytes));
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void givesLargeOutputInPieces(Compression format) throws IOException {
        byte[] bytes = new byte[40 << 20];
        for (int i = 0; i < bytes.length; i += 1 << 16) {
            bytes[i] = (byte) (i >> 16);
        }
        Content content = decompress(format, compress(format, bytes));
        assertThat(content).isEqualTo(Content.of(bytes));
        assertThat(content.slices()).hasSizeBetween(2, 20).allMatch(ByteBuffer::isDirect);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void readsInputThatIsInPieces(Compression format) throws IOException {
        byte[] bytes = sample(200_000, 7);
        byte[] stream = compress(format, bytes);
        List<Content> pieces = Stream.iterate(0, i -> i < stream.length, i -> i + 1000)
                .map(i -> Content.of(Arrays.copyOfRange(stream, i, Math.min(stream.length, i + 1000))))
                .toList();
        assertThat(Decompression.DEFAULT.decompress(Content.concat(pieces), format))
                .isEqualTo(Content.of(bytes));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyTruncationIsRefused(Compression format) throws IOException {
        byte[] bytes = sample(3000, 1);
        byte[] stream = compress(format, bytes);
        for (int length = 0; length < stream.length; length++) {
            // Four bytes are an LZ4 stream of no blocks.
            if (format != Compression.LZ4_LEGACY || length != 4) {
                MalformedInputException refusal = refusal(format, Arrays.copyOf(stream, length));
                assertThat(refusal.offset()).as("%d bytes", length).isLessThanOrEqualTo(length);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void changesAreSurvived(Compression format) throws IOException {
        byte[] bytes = sample(600, 2);
        byte[] stream = compress(format, bytes);
        Decompression limits = new Decompression(1 << 20, 1 << 20);
        int refused = 0;
        for (int seed = 0; seed < MUTATIONS; seed++) {
            Random random = new Random(seed);
            byte[] changed = stream.clone();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                int offset = random.nextInt(2) == 0 ? random.nextInt(32) : random.nextInt(changed.length);
                changed[offset] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(2) - 1);
            }
            try {
                assertThat(limits.decompress(Content.of(changed), format).size())
                        .isLessThanOrEqualTo(1 << 20);
            } catch (MalformedInputException e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(MUTATIONS / 2, MUTATIONS);
    }

    @ParameterizedTest
    @MethodSource("formats")
    void bombsEndAtTheLimit(Compression format) throws IOException {
        byte[] stream = compress(format, new byte[9 << 20]);
        Content whole = new Decompression(9 << 20, 160 << 20).decompress(Content.of(stream), format);
        assertThat(whole.size()).isEqualTo(9 << 20);
        assertThatThrownBy(() -> new Decompression((9 << 20) - 1, 160 << 20).decompress(Content.of(stream), format))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("the output must not exceed the limit of 9437183 bytes");
    }

    @ParameterizedTest
    @EnumSource(
            value = Compression.class,
            names = {"LZMA", "XZ"})
    void dictionariesEndAtTheLimit(Compression format) throws IOException {
        byte[] stream = compress(format, sample(100_000, 3));
        assertThatThrownBy(() -> new Decompression(1 << 20, 4096).decompress(Content.of(stream), format))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("it cannot be decoded: ");
    }

    /** A window of 2 GiB, and then nothing: refused for the window, not for the end. */
    @Test
    void theWindowOfZstdEndsAtTheLimit() throws IOException {
        byte[] header = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) ((31 - 10) << 3), 1, 0, 0};
        assertThat(refusal(Compression.ZSTD, header))
                .hasMessageContaining("it cannot be decoded: ")
                .hasMessageNotContaining("end");
        header[5] = (byte) ((27 - 10) << 3);
        assertThat(decompress(Compression.ZSTD, header).size()).isZero();
    }

    /** LZMA has no magic number by which a second one could be told. */
    static Stream<Compression> formatsOfSeveralStreams() {
        return formats().filter(format -> format != Compression.LZMA);
    }

    @ParameterizedTest
    @MethodSource("formatsOfSeveralStreams")
    void streamsMayFollowOneAnother(Compression format) throws IOException {
        byte[] first = sample(1000, 1);
        byte[] second = sample(70_000, 2);
        Content both = decompress(format, concat(compress(format, first), compress(format, second)));
        assertThat(both).isEqualTo(Content.of(concat(first, second)));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void onlyZeroesMayFollow(Compression format) throws IOException {
        byte[] bytes = sample(1000, 1);
        byte[] stream = compress(format, bytes);
        if (format != Compression.ZSTD) {
            for (int zeroes : new int[] {1, 3, 4, 5, 100_000}) {
                assertThat(decompress(format, concat(stream, new byte[zeroes])).size())
                        .isEqualTo(1000);
            }
            byte[] late = concat(stream, new byte[100_000]);
            late[late.length - 1] = 1;
            assertThat(refusal(format, late)).isNotNull();
        }
        assertThat(refusal(format, concat(stream, new byte[] {1, 2, 3, 4, 5})).offset())
                .isBetween((long) stream.length, stream.length + 5L);
    }

    /** The library reads ahead, and takes what follows for the beginning of a frame. */
    @Test
    void nothingMayFollowZstd() throws IOException {
        byte[] stream = compress(Compression.ZSTD, sample(1000, 1));
        for (int zeroes : new int[] {1, 4, 5, 4096}) {
            refusal(Compression.ZSTD, concat(stream, new byte[zeroes]));
        }
        refusal(Compression.ZSTD, concat(stream, word(1000)));
    }

    /** Linux appends the size to what it has compressed, but for gzip. */
    @ParameterizedTest
    @MethodSource("formats")
    void theSizeMayFollow(Compression format) throws IOException {
        byte[] bytes = sample(1000, 1);
        byte[] stream = compress(format, bytes);
        if (format != Compression.ZSTD) {
            assertThat(decompress(format, concat(stream, word(1000)))).isEqualTo(Content.of(bytes));
        }
        refusal(format, concat(stream, word(1001)));
        refusal(format, concat(stream, word(1000), word(1000)));
    }

    @Test
    void gzipHeadersMayHaveEveryField() throws IOException {
        byte[] bytes = sample(5000, 9);
        byte[] stream = compress(Compression.GZIP, bytes);
        byte[] header = {0x1f, (byte) 0x8b, 8, 0x1f, 1, 2, 3, 4, 0, 3, 2, 0, 7, 7, 'n', 0, 'c', 0, 9, 9};
        byte[] full = concat(header, Arrays.copyOfRange(stream, 10, stream.length));
        assertThat(decompress(Compression.GZIP, full)).isEqualTo(Content.of(bytes));
        full[3] = 0x3f;
        assertThat(refusal(Compression.GZIP, full)).hasMessageContaining("the reserved flags must be 0, are 0x20");
        full[3] = 0x1f;
        full[2] = 7;
        assertThat(refusal(Compression.GZIP, full)).hasMessageContaining("its method must be 8");
        stream[stream.length - 1] ^= 1;
        assertThat(refusal(Compression.GZIP, stream)).hasMessageContaining("must be that of its output, 5000");
        stream[stream.length - 5] ^= 1;
        assertThat(refusal(Compression.GZIP, stream)).hasMessageContaining("the CRC-32 at its end");
    }

    @Test
    void lzmaMayHaveItsSizeInFrontInsteadOfAnEndMarker() throws IOException {
        byte[] bytes = sample(5000, 4);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (OutputStream encoder = new LZMAOutputStream(stream, new LZMA2Options(0), bytes.length)) {
            encoder.write(bytes);
        }
        assertThat(decompress(Compression.LZMA, stream.toByteArray())).isEqualTo(Content.of(bytes));
        assertThat(decompress(Compression.LZMA, concat(stream.toByteArray(), word(5000))))
                .isEqualTo(Content.of(bytes));
        refusal(Compression.LZMA, Arrays.copyOf(stream.toByteArray(), stream.size() - 1));
    }

    @Test
    void lz4BlocksAreChecked() {
        assertThat(lz4(0x80_0000 + 0x8080 + 17, 0)).hasMessageContaining("a block must not have more than");
        assertThat(lz4(9, 0x10, 'a')).hasMessageContaining("lie within the file");
        assertThat(lz4(2, 0x20, 'a', 0, 0, 0)).hasMessageContaining("literals must lie within their block");
        assertThat(lz4(1, 0xf0, 0, 0, 0, 0)).hasMessageContaining("must not end within a sequence");
        assertThat(lz4(4, 0x10, 'a', 0, 0, 0)).hasMessageContaining("a match must point into the output");
        assertThat(lz4(4, 0x10, 'a', 2, 0, 0)).hasMessageContaining("a match must point into the output");
        assertThat(lz4(4, 0x10, 'a', 1, 0)).hasMessageContaining("must not end within a sequence");
        assertThat(lz4(3, 0x1f, 'a', 1, 0)).hasMessageContaining("must not end within a sequence");
    }

    /** Seen from 15, as many steps of 255 as the largest block has do not fit into 31 bits. */
    @Test
    void lengthsInLz4DoNotOverflow() {
        int size = 0x80_0000 + 0x8080 + 16;
        for (int token : new int[] {0xf0, 0x1f}) {
            int[] block = new int[size];
            Arrays.fill(block, 0xff);
            block[0] = token;
            if (token == 0x1f) {
                block[2] = 1;
                block[3] = 0;
            }
            block[size - 1] = 0;
            assertThat(lz4(size, block)).hasMessageContaining("a block must not have more output than fits");
        }
    }

    /** What is wrong with a block of these bytes, of which the size says how many belong to it. */
    private static MalformedInputException lz4(int size, int... block) {
        byte[] bytes = new byte[block.length];
        for (int i = 0; i < block.length; i++) {
            bytes[i] = (byte) block[i];
        }
        return refusal(Compression.LZ4_LEGACY, concat(new byte[] {2, 0x21, 0x4c, 0x18}, word(size), bytes));
    }

    @Test
    void whatIsNoFormatHasNoDecoder() throws IOException {
        Content bytes = Content.of(new byte[] {1, 2, 3});
        assertThat(Decompression.DEFAULT.decompress(bytes, Compression.NONE)).isSameAs(bytes);
        assertThatThrownBy(() -> Decompression.DEFAULT.decompress(bytes, Compression.UNKNOWN))
                .isInstanceOf(MalformedInputException.class);
        assertThatThrownBy(() -> new Decompression(0, 1 << 20)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Decompression(1, 1023)).isInstanceOf(IllegalArgumentException.class);
    }
}
