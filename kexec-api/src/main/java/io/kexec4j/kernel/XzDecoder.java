package io.kexec4j.kernel;

import java.io.IOException;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.SingleXZInputStream;

/** One xz stream. Dictionaries are used again, since a block of a few bytes may ask for a large one. */
final class XzDecoder implements Decoder {
    private final ArrayCache arrays = new BasicArrayCache();

    @Override
    public void decode(ContentInput in, DecodedOutput out, long memoryLimit) throws IOException {
        try (SingleXZInputStream decoder = new SingleXZInputStream(in, kibibytes(memoryLimit), arrays)) {
            out.writeAll(decoder);
        }
    }

    /** The unit in which the library wants its limit. */
    static int kibibytes(long bytes) {
        return (int) Math.min(Integer.MAX_VALUE, bytes >> 10);
    }
}
