package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import java.util.OptionalLong;

/**
 * The kernel within a bzImage: an ELF file, compressed.
 *
 * @param offset {@code payload_offset}: bytes from the start of the protected-mode code
 * @param length {@code payload_length} in bytes, with the trailer
 * @param compression how it is compressed, from its first bytes
 * @param uncompressedSize the number of bytes that come out, modulo 2<sup>32</sup>, as the last four bytes of the payload
 *     say; for {@link Compression#NONE} the length itself. Empty if the compression is unknown
 * @param stream the bytes to decompress: the payload without the trailer, which Linux appends to every format but gzip,
 *     which has one of its own
 */
public record Payload(
        long offset, long length, Compression compression, OptionalLong uncompressedSize, Content stream) {}
