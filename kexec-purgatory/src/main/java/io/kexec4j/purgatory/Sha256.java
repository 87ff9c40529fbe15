package io.kexec4j.purgatory;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A SHA-256 digest (FIPS 180-4): 32 bytes, as a value.
 */
public final class Sha256 {
    /** The size of a digest, in bytes. */
    public static final int SIZE = 32;

    private static final int STEP = 4 << 20;

    private final byte[] bytes;

    private Sha256(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Computes the digest of content that may come in several pieces, such as the slices of a segment.
     *
     * @param pieces the content: the remaining bytes of each, in this order; their positions do not move
     * @return its digest
     */
    public static Sha256 of(List<ByteBuffer> pieces) {
        return of(pieces, count -> {});
    }

    /**
     * Computes the digest of content that may come in several pieces, and tells how far it has come.
     *
     * @param pieces the content: the remaining bytes of each, in this order; their positions do not move
     * @param counter is given the number of bytes that are done since it was last called: at most {@value #STEP} at a time
     * @return its digest
     */
    public static Sha256 of(List<ByteBuffer> pieces, LongConsumer counter) {
        MessageDigest digest = sha256();
        for (ByteBuffer piece : pieces) {
            ByteBuffer left = piece.duplicate();
            int end = left.limit();
            while (left.position() < end) {
                int count = Math.min(STEP, end - left.position());
                digest.update(left.limit(left.position() + count));
                counter.accept(count);
            }
        }
        return new Sha256(digest.digest());
    }

    /**
     * Computes the digest of content in one piece.
     *
     * @param content the content: all remaining bytes; the position does not move
     * @return its digest
     */
    public static Sha256 of(ByteBuffer content) {
        return of(List.of(content));
    }

    /**
     * Takes a digest that has been computed elsewhere.
     *
     * @param digest the digest, {@value #SIZE} bytes; copied
     * @return the same as a value
     * @throws IllegalArgumentException if it has another size
     */
    public static Sha256 ofDigest(byte[] digest) {
        if (digest.length != SIZE) {
            throw new IllegalArgumentException("a SHA-256 digest has %d bytes, not %d".formatted(SIZE, digest.length));
        }
        return new Sha256(digest.clone());
    }

    /**
     * {@return the digest as a new array of {@value #SIZE} bytes}
     */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha256 that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /**
     * {@return the digest in 64 hexadecimal digits, as sha256sum prints it}
     */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
