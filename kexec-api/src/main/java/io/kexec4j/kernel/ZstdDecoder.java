package io.kexec4j.kernel;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;

/** Zstandard frames, to the end of the input: the library reads ahead, so nothing can follow them. */
final class ZstdDecoder implements Decoder {
    private static final int SMALLEST_WINDOW_LOG = 10;
    private static final int LARGEST_WINDOW_LOG = 31;

    @Override
    public void decode(ContentInput in, DecodedOutput out, long memoryLimit) throws IOException {
        int windowLog = Long.SIZE - 1 - Long.numberOfLeadingZeros(memoryLimit);
        try (ZstdInputStreamNoFinalizer decoder = new ZstdInputStreamNoFinalizer(in)) {
            decoder.setLongMax(Math.max(SMALLEST_WINDOW_LOG, Math.min(LARGEST_WINDOW_LOG, windowLog)));
            out.writeAll(decoder);
        }
    }
}
