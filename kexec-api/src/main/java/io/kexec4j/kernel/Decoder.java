package io.kexec4j.kernel;

import java.io.IOException;

/**
 * Decodes one format. Each has a class of its own, so that the library behind it is looked for when a file needs it, and not
 * before.
 */
interface Decoder extends AutoCloseable {
    /**
     * Decodes one stream, and reads not a byte more than it has.
     *
     * @param in where it begins
     * @param out where the output goes
     * @param memoryLimit the most bytes of memory that the decoder may take for itself
     * @throws IOException if the stream is malformed
     */
    void decode(ContentInput in, DecodedOutput out, long memoryLimit) throws IOException;

    /** Gives back what was kept from one stream to the next; by default, nothing. */
    @Override
    default void close() {}
}
