package io.kexec4j.kernel;

import io.kexec4j.bytes.Content;
import io.kexec4j.bytes.Progress;
import io.kexec4j.error.MalformedInputException;
import java.io.IOException;

/**
 * What is left of the limits of one file: everything that is decompressed for it counts, whether it is kept or is only a layer
 * that was taken off. Hundreds of sections of a UKI may share the bytes of one compressed kernel.
 */
final class Budget {
    /** What a decoder needs to begin with, whatever it then gives. */
    private static final long LEAST_COST = 1 << 12;

    private final Decompression limits;
    private final Progress progress;
    private long used;

    Budget(Decompression limits, Progress progress) {
        this.limits = limits;
        this.progress = progress;
    }

    Content decompress(Content stream, Compression compression) throws IOException {
        if (used >= limits.outputLimit()) {
            throw new MalformedInputException(
                    compression.label() + " stream",
                    0,
                    "all that is decompressed for a file must not exceed the limit of %d bytes"
                            .formatted(limits.outputLimit()));
        }
        Content content = new Decompression(limits.outputLimit() - used, limits.memoryLimit())
                .decompress(stream, compression, progress);
        used += Math.max(content.size(), LEAST_COST);
        return content;
    }
}
