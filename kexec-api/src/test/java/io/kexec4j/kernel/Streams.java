package io.kexec4j.kernel;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.XZOutputStream;

/** Makes compressed streams, with encoders that nobody here wrote. */
final class Streams {
    /** What can be decompressed. */
    static final List<Compression> FORMATS = List.of(
            Compression.GZIP,
            Compression.BZIP2,
            Compression.LZMA,
            Compression.XZ,
            Compression.LZ4_LEGACY,
            Compression.LZ4_FRAME,
            Compression.ZSTD,
            Compression.LZO);

    private static final int LEGACY_BLOCK = 8 << 20;

    private Streams() {}

    static byte[] compress(Compression format, byte[] bytes) throws IOException {
        if (format == Compression.LZ4_LEGACY) {
            return legacy(bytes);
        }
        if (format == Compression.LZO) {
            return LzopStreams.compress(bytes);
        }
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (OutputStream encoder = encoder(format, stream)) {
            encoder.write(bytes);
        }
        return stream.toByteArray();
    }

    private static OutputStream encoder(Compression format, OutputStream to) throws IOException {
        return switch (format) {
            case GZIP -> new GZIPOutputStream(to);
            case BZIP2 -> new BZip2CompressorOutputStream(to, 1);
            case LZMA -> new LZMAOutputStream(to, new LZMA2Options(0), -1);
            case XZ -> new XZOutputStream(to, new LZMA2Options(0));
            case LZ4_FRAME -> new FramedLZ4CompressorOutputStream(to);
            case ZSTD -> new ZstdOutputStream(to).setChecksum(true);
            case LZ4_LEGACY, LZO, NONE, UNKNOWN -> throw new IllegalArgumentException(format.label());
        };
    }

    private static byte[] legacy(byte[] bytes) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.write(new byte[] {2, 0x21, 0x4c, 0x18});
        for (int start = 0; start < bytes.length; start += LEGACY_BLOCK) {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            try (OutputStream encoder = new BlockLZ4CompressorOutputStream(block)) {
                encoder.write(bytes, start, Math.min(LEGACY_BLOCK, bytes.length - start));
            }
            stream.write(word(block.size()));
            block.writeTo(stream);
        }
        return stream.toByteArray();
    }

    /** Four bytes, little-endian. */
    static byte[] word(long value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) value)
                .array();
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Bytes as programs have them: runs, repetitions and noise. */
    static byte[] sample(int size, long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[size];
        int done = 0;
        while (done < size) {
            int length = Math.min(size - done, 1 + random.nextInt(300));
            switch (random.nextInt(3)) {
                case 0 -> Arrays.fill(bytes, done, done + length, (byte) random.nextInt());
                case 1 -> {
                    byte[] noise = new byte[length];
                    random.nextBytes(noise);
                    System.arraycopy(noise, 0, bytes, done, length);
                }
                default -> {
                    int from = done == 0 ? 0 : random.nextInt(done);
                    System.arraycopy(bytes, from, bytes, done, length);
                }
            }
            done += length;
        }
        return bytes;
    }
}
