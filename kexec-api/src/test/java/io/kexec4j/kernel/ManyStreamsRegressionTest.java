package io.kexec4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kexec4j.bytes.Content;
import io.kexec4j.error.MalformedInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** A stream of some twenty bytes can ask for a dictionary of 128 MiB, and a file of 24 KiB has a thousand of them. */
class ManyStreamsRegressionTest {
    private static Content times(byte[] stream, int count) {
        return Content.concat(Collections.nCopies(count, Content.of(stream)));
    }

    /** The lc, lp and pb of nearly all files, a dictionary of 128 MiB, a size that is not known, and an end marker. */
    private static byte[] lzmaOfNothing() throws IOException {
        byte[] stream = Streams.compress(Compression.LZMA, new byte[0]);
        stream[1] = 0;
        stream[2] = 0;
        stream[3] = 0;
        stream[4] = 8;
        return stream;
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.SECONDS)
    void lzmaIsNotRepeated() throws IOException {
        byte[] one = lzmaOfNothing();
        assertThat(Decompression.DEFAULT
                        .decompress(Content.of(one), Compression.LZMA)
                        .size())
                .isZero();
        assertThatThrownBy(() -> Decompression.DEFAULT.decompress(times(one, 1000), Compression.LZMA))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("nothing but zeroes may follow");
    }

    @Test
    void thereAreAtMost1024Streams() throws IOException {
        byte[] one = Streams.compress(Compression.GZIP, new byte[] {1});
        assertThat(Decompression.DEFAULT
                        .decompress(times(one, 1024), Compression.GZIP)
                        .size())
                .isEqualTo(1024);
        assertThatThrownBy(() -> Decompression.DEFAULT.decompress(times(one, 1025), Compression.GZIP))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("at most 1024 streams");
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.SECONDS)
    void dictionariesOfXzAreUsedAgain() throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (OutputStream encoder = new XZOutputStream(stream, new LZMA2Options(0))) {
            encoder.write(1);
        }
        byte[] one = stream.toByteArray();
        claimLargeDictionary(one);
        assertThat(Decompression.DEFAULT
                        .decompress(times(one, 1024), Compression.XZ)
                        .size())
                .isEqualTo(1024);
    }

    /** 128 MiB: the property of the only filter, in the block header behind the 12 bytes of the stream header. */
    private static void claimLargeDictionary(byte[] xz) {
        ByteBuffer bytes = ByteBuffer.wrap(xz).order(ByteOrder.LITTLE_ENDIAN);
        int size = 4 * (1 + xz[12]);
        xz[12 + 4] = 30;
        CRC32 crc = new CRC32();
        crc.update(xz, 12, size - 4);
        bytes.putInt(12 + size - 4, (int) crc.getValue());
    }
}
