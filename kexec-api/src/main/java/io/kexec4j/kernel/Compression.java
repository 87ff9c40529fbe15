package io.kexec4j.kernel;

import java.nio.ByteBuffer;

/** How a kernel, or the payload of a kernel, is compressed. */
public enum Compression {
    /** Not compressed: an ELF file. */
    NONE("none", "\u007fELF"),
    /** gzip (RFC 1952). */
    GZIP("gzip", "\u001f\u008b"),
    /** bzip2. */
    BZIP2("bzip2", "BZh"),
    /** LZMA, in the older container of lzma-utils that has no magic number. */
    LZMA("lzma", ""),
    /** xz. */
    XZ("xz", "\u00fd7zXZ\0"),
    /** LZO, in the container of lzop. */
    LZO("lzo", "\u0089LZO\0\r\n\u001a\n"),
    /** LZ4 in the legacy container, the one that Linux uses for itself. */
    LZ4_LEGACY("lz4 (legacy)", "\u0002!L\u0018"),
    /** LZ4 in the frame container, what the lz4 tool writes unless told otherwise. */
    LZ4_FRAME("lz4", "\u0004\"M\u0018"),
    /** Zstandard (RFC 8878). */
    ZSTD("zstd", "(\u00b5/\u00fd"),
    /** None of these. */
    UNKNOWN("unknown", "");

    /** The bytes that {@link #of} looks at. */
    static final int HEAD = 13;

    private static final int LZMA_LARGEST_PROPERTIES = (4 * 5 + 4) * 9 + 8;
    private static final long LZMA_SMALLEST_DICTIONARY = 1 << 12;
    private static final long LZMA_LARGEST_PLAUSIBLE_SIZE = 1L << 38;

    private final String label;

    /** The first bytes, one a character; nothing if they cannot tell. */
    private final String magic;

    Compression(String label, String magic) {
        this.label = label;
        this.magic = magic;
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
        Marks marks = new Marks(head);
        for (Compression compression : values()) {
            if (!compression.magic.isEmpty() && marks.has(0, compression.magic)) {
                return compression;
            }
        }
        return isLzma(marks.bytes()) ? LZMA : UNKNOWN;
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
