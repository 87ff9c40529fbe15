package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.error.KexecException;
import io.kexec4j.error.MalformedInputException;
import io.kexec4j.error.UnsupportedCombinationException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Decompresses kernels, within limits: a few bytes can stand for terabytes. The output lies outside the heap and is taken as it
 * comes, never by what a header announces.
 *
 * <p>gzip, LZO and the legacy container of LZ4 need nothing but the JDK, LZMA and xz need {@code org.tukaani:xz}, bzip2 and the frame container of LZ4 need
 * {@code org.apache.commons:commons-compress}, and zstd needs {@code com.github.luben:zstd-jni}, which is native code and has
 * to be added by whoever wants it. On the module path, the last two must be named with {@code --add-modules}, or required.
 *
 * @param outputLimit the most bytes that may come out
 * @param memoryLimit the most bytes of memory that a decoder may take for itself, such as the dictionary of xz or the window of
 *     zstd; Linux uses up to 128 MiB
 */
public record Decompression(long outputLimit, long memoryLimit) {
    /** At most 1 GiB of output, with at most 160 MiB for the decoder. */
    public static final Decompression DEFAULT = new Decompression(1L << 30, 160L << 20);

    private static final int ZERO_CHUNK = 1 << 16;

    /** More than encoders make of a kernel: each may cost a decoder's memory, and have no more than twenty bytes. */
    private static final int MOST_STREAMS = 1024;

    /**
     * Checks the limits.
     *
     * @param outputLimit the most bytes that may come out, 1 or more
     * @param memoryLimit the most bytes that a decoder may take for itself, 1024 or more
     * @throws IllegalArgumentException if one is smaller
     */
    public Decompression {
        if (outputLimit < 1 || memoryLimit < 1024) {
            throw new IllegalArgumentException("at least 1 byte of output and 1024 of memory are needed, not %d and %d"
                    .formatted(outputLimit, memoryLimit));
        }
    }

    /**
     * Decompresses a stream, or up to 1024 of the same format one behind the other; of LZMA, only one. Behind them, only zeroes may
     * follow, or the four bytes that Linux appends to its payloads, which then must be the size of the output. Behind zstd, nothing
     * may follow.
     *
     * @param stream the stream, from its first byte
     * @param compression its format
     * @return what comes out; for {@link Compression#NONE}, the stream itself
     * @throws MalformedInputException if the stream is damaged, incomplete or of another format, or needs more than the limits
     *     allow, or more memory than there is
     * @throws UnsupportedCombinationException if the library for this format is not there, or there is no decoder for it
     * @throws IOException if the file cannot be read
     */
    public Content decompress(Content stream, Compression compression) throws IOException {
        return decompress(stream, compression, Progress.NONE);
    }

    Content decompress(Content stream, Compression compression, Progress progress) throws IOException {
        if (compression == Compression.NONE) {
            return stream;
        }
        if (compression == Compression.UNKNOWN) {
            throw new MalformedInputException(
                    "compressed stream", 0, "its first bytes must be those of a known compression");
        }
        ContentInput in = new ContentInput(stream, progress);
        DecodedOutput out = new DecodedOutput(outputLimit);
        try {
            decodeAll(compression, in, out);
        } catch (IOException | RuntimeException | Error e) {
            in.rethrowFailureOfListener();
            throw understood(compression, in, out, e);
        }
        if (!isTrailer(in, out)) {
            verifyZeroes(compression, in);
        }
        return out.content();
    }

    /** What has ended a decoder, in words of ours; what does not come from the stream or from what there is, as it is. */
    private static IOException understood(
            Compression compression, ContentInput in, DecodedOutput out, Throwable failure) {
        if (failure instanceof MalformedInputException malformed) {
            return malformed;
        }
        if (failure instanceof KexecException refusal) {
            throw refusal;
        }
        if (failure instanceof EOFException end) {
            return malformed(compression, in, "the stream must not end here", end);
        }
        if (failure instanceof OutOfMemoryError exhausted) {
            return exhausted(compression, in, out, exhausted);
        }
        if (failure instanceof LinkageError missing) {
            throw missing(compression, missing);
        }
        if (failure instanceof Error other) {
            throw other;
        }
        String problem = Objects.requireNonNullElse(
                failure.getMessage(), failure.getClass().getSimpleName());
        return malformed(compression, in, "it cannot be decoded: " + MalformedInputException.shorten(problem), failure);
    }

    private void decodeAll(Compression compression, ContentInput in, DecodedOutput out) throws IOException {
        if (in.remaining() == 0) {
            throw new EOFException();
        }
        try (Decoder decoder = decoder(compression)) {
            decoder.decode(in, out, memoryLimit);
            for (int streams = 1; isFollowed(compression, in, out); streams++) {
                if (streams == MOST_STREAMS) {
                    throw new IOException("there must be at most %d streams".formatted(MOST_STREAMS));
                }
                decoder.decode(in, out, memoryLimit);
            }
        }
    }

    /** LZMA has no magic number by which a second stream could be told. */
    private static boolean isFollowed(Compression compression, ContentInput in, DecodedOutput out) throws IOException {
        return compression != Compression.LZMA
                && !isTrailer(in, out)
                && Compression.of(ByteBuffer.wrap(in.peek(Compression.HEAD))) == compression;
    }

    private static Decoder decoder(Compression compression) {
        return switch (compression) {
            case GZIP -> new GzipDecoder();
            case BZIP2 -> new Bzip2Decoder();
            case LZMA -> new LzmaDecoder();
            case XZ -> new XzDecoder();
            case LZ4_LEGACY -> new Lz4LegacyDecoder();
            case LZ4_FRAME -> new Lz4FrameDecoder();
            case ZSTD -> new ZstdDecoder();
            case LZO -> new LzopDecoder();
            case NONE, UNKNOWN ->
                throw new UnsupportedCombinationException(
                        "there is no decoder for the compression \"%s\": decompress it first"
                                .formatted(compression.label()));
        };
    }

    private static boolean isTrailer(ContentInput in, DecodedOutput out) throws IOException {
        return in.remaining() == Integer.BYTES
                && ByteBuffer.wrap(in.peek(Integer.BYTES))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getInt()
                        == (int) out.size();
    }

    private static void verifyZeroes(Compression compression, ContentInput in) throws IOException {
        while (in.remaining() > 0) {
            byte[] chunk = in.peek(ZERO_CHUNK);
            for (byte b : chunk) {
                if (b != 0) {
                    throw new MalformedInputException(
                            format(compression), in.position(), "nothing but zeroes may follow the stream");
                }
            }
            in.skipNBytes(chunk.length);
        }
    }

    private static String format(Compression compression) {
        return compression.label() + " stream";
    }

    private static MalformedInputException malformed(
            Compression compression, ContentInput in, String rule, Throwable cause) {
        MalformedInputException malformed = new MalformedInputException(format(compression), in.position(), rule);
        malformed.initCause(cause);
        return malformed;
    }

    /** What the limits allow may be more than there is; nothing of it is kept. */
    private static MalformedInputException exhausted(
            Compression compression, ContentInput in, DecodedOutput out, OutOfMemoryError cause) {
        MalformedInputException exhausted = new MalformedInputException(
                format(compression),
                in.position(),
                ("it must fit into the memory that there is, which was used up after %d bytes of output:"
                                + " raise -XX:MaxDirectMemorySize for the output or -Xmx for the decoder")
                        .formatted(out.size()));
        exhausted.initCause(cause);
        return exhausted;
    }

    private static UnsupportedCombinationException missing(Compression compression, LinkageError cause) {
        String library = switch (compression) {
            case ZSTD -> "com.github.luben:zstd-jni (module com.github.luben.zstd_jni)";
            case BZIP2, LZ4_FRAME -> "org.apache.commons:commons-compress (module org.apache.commons.compress)";
            default -> "org.tukaani:xz (module org.tukaani.xz)";
        };
        UnsupportedCombinationException missing = new UnsupportedCombinationException(
                "to decompress %s, add %s: it is not there, or does not run on this machine (%s)"
                        .formatted(compression.label(), library, cause));
        missing.initCause(cause);
        return missing;
    }
}
