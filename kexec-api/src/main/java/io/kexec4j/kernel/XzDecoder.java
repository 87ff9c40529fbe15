package io.kexec4j.kernel;

import java.io.IOException;
import org.tukaani.xz.SingleXZInputStream;

/** One xz stream. */
final class XzDecoder implements Decoder {
    @Override
    public void decode(ContentInput in, DecodedOutput out, long memoryLimit) throws IOException {
        try (SingleXZInputStream decoder = new SingleXZInputStream(in, kibibytes(memoryLimit))) {
            out.writeAll(decoder);
        }
    }

    /** The unit in which the library wants its limit. */
    static int kibibytes(long bytes) {
        return (int) Math.min(Integer.MAX_VALUE, bytes >> 10);
    }
}
