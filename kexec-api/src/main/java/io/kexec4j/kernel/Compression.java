package io.kexec4j.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How a kernel, or the payload of a kernel, is compressed. */
public enum Compression {
    /** Not compressed: an ELF file. */
    NONE("none", 0x7f, 'E', 'L', 'F'),
    /** gzip (RFC 1952). */
    GZIP("gzip", 0x1f, 0x8b),
    /** bzip2. */
    BZIP2("bzip2", 'B', 'Z', 'h'),
    /** LZMA, in the older container of lzma-utils that has no magic number. */
    LZMA("lzma"),
    /** xz. */
    XZ("xz", 0xfd, '7', 'z', 'X', 'Z', 0),
    /** LZO, in the container of lzop. */
    LZO("lzo", 0x89, 'L', 'Z', 'O', 0, 0x0d, 0x0a, 0x1a, 0x0a),
    /** LZ4 in the legacy container, the one that Linux uses for itself. */
    LZ4_LEGACY("lz4 (legacy)", 0x02, 0x21, 0x4c, 0x18),
    /** LZ4 in the frame container, what the lz4 tool writes unless told otherwise. */
    LZ4_FRAME("lz4", 0x04, 0x22, 0x4d, 0x18),
    /** Zstandard (RFC 8878). */
    ZSTD("zstd", 0x28, 0xb5, 0x2f, 0xfd),
    /** None of these. */
    UNKNOWN("unknown");

    /** The bytes that {@link #of} looks at. */
    static final int HEAD = 13;

    private static final int LZMA_LARGEST_PROPERTIES = (4 * 5 + 4) * 9 + 8;
    private static final long LZMA_SMALLEST_DICTIONARY = 1 << 12;
    private static final long LZMA_LARGEST_PLAUSIBLE_SIZE = 1L << 38;

    private final String label;
    private final byte[] magic;

    Compression(String label, int... magic) {
        this.label = label;
        this.magic = new byte[magic.length];
        for (int i = 0; i < magic.length; i++) {
            this.magic[i] = (byte) magic[i];
        }
    }

    /**
     * {@return the name for people, such as {@code zstd}}
     */
    public String label() {
        return label;
    }

    /**
     * Recognises a compressed stream, or an ELF file.
     *
     * @param head the first bytes, 13 or more of them if there are as many; the position does not move
     * @return how it is compressed, or {@link #UNKNOWN}
     */
    public static Compression of(ByteBuffer head) {
        ByteBuffer bytes = head.slice().order(ByteOrder.LITTLE_ENDIAN);
        for (Compression compression : values()) {
            int length = compression.magic.length;
            if (length > 0
                    && length <= bytes.limit()
                    && bytes.slice(0, length).equals(ByteBuffer.wrap(compression.magic))) {
                return compression;
            }
        }
        return isLzma(bytes) ? LZMA : UNKNOWN;
    }

    /**
     * The container has no magic number: one byte of properties, the size of the dictionary, the size of the data. As the xz
     * tools do, only takes sizes that an encoder writes; in particular not zero, so zeroes are not an LZMA stream.
     */
    private static boolean isLzma(ByteBuffer bytes) {
        if (bytes.limit() < HEAD || Byte.toUnsignedInt(bytes.get(0)) > LZMA_LARGEST_PROPERTIES) {
            return false;
        }
        long dictionary = Integer.toUnsignedLong(bytes.getInt(1));
        long top = Long.highestOneBit(dictionary);
        long size = bytes.getLong(5);
        return dictionary >= LZMA_SMALLEST_DICTIONARY
                && (dictionary == top || dictionary == top + top / 2)
                && (size == -1 || (size > 0 && size < LZMA_LARGEST_PLAUSIBLE_SIZE));
    }
}
