package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes behind the mark of any format give a result within the limits, or the declared exception; what is packed comes out. */
class DecompressionFuzzTest {
    private static final Decompression LIMITS = new Decompression(1 << 20, 8 << 20);

    /** The first byte chooses the format. */
    static Stream<byte[]> streams() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (byte i = 0; i < Streams.FORMATS.size(); i++) {
            for (byte[] content :
                    new byte[][] {{}, "abcabcabcabcabc".getBytes(StandardCharsets.US_ASCII), Streams.sample(600, i)}) {
                byte[] stream = Streams.compress(Streams.FORMATS.get(i), content);
                seeds.add(Streams.concat(new byte[] {i}, stream));
                seeds.add(Streams.concat(new byte[] {i}, stream, stream, Streams.word(2L * content.length)));
            }
        }
        return seeds.stream();
    }

    private static Compression format(byte[] bytes) {
        return Streams.FORMATS.get(Math.floorMod(bytes.length == 0 ? 0 : bytes[0], Streams.FORMATS.size()));
    }

    @MethodSource("streams")
    @FuzzTest
    void anyStream(byte[] bytes) throws IOException {
        Compression format = format(bytes);
        Content stream = Content.of(Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length));
        Content output;
        try {
            output = LIMITS.decompress(stream, format);
        } catch (MalformedInputException e) {
            assertThat(e.getMessage()).startsWith(format.label()).hasSizeLessThan(400);
            assertThat(e.offset()).isBetween(0L, stream.size());
            return;
        }
        assertThat(output.size()).isLessThanOrEqualTo(LIMITS.outputLimit());
        assertThat(LIMITS.decompress(stream, format)).isEqualTo(output);
    }

    @MethodSource("streams")
    @FuzzTest
    void whatIsPackedComesOut(byte[] bytes) throws IOException {
        Compression format = format(bytes);
        Content stream = Content.of(Streams.compress(format, bytes));

        assertThat(Compression.of(stream.slices().get(0))).isEqualTo(format);
        assertThat(LIMITS.decompress(stream, format)).isEqualTo(Content.of(bytes));
    }
}
